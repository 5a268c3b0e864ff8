import { locale } from "../text";

// Making a format takes longer than using it, and a list has hundreds of numbers.
const formats = new Map<string, Intl.NumberFormat>();

/** `1,234.5` as the language writes it, with so many digits after the point; none without. */
export function formatNumber(value: number, digits = 0): string {
  return formatOf({ minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
}

/** A number of a unit, in full: `1 hour`, `30 minutes`. */
export function formatUnit(value: number, unit: "day" | "hour" | "minute" | "second"): string {
  return formatOf({ style: "unit", unit, unitDisplay: "long" }).format(value);
}

function formatOf(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${locale()} ${JSON.stringify(options)}`;
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.NumberFormat(locale(), options);
    formats.set(key, format);
  }
  return format;
}
