import { locale } from "../text";

/** What is told of a moment. */
const shapes = {
  /** `14:03:05` */
  second: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
  /** `14:03` */
  minute: { hour: "2-digit", minute: "2-digit" },
  /** `7 Mar` */
  day: { day: "numeric", month: "short" },
  /** `Sat, 7 Mar` */
  weekday: { weekday: "short", day: "numeric", month: "short" },
  /** `7 Mar 2026` */
  year: { day: "numeric", month: "short", year: "numeric" },
} satisfies Record<string, Intl.DateTimeFormatOptions>;

// Making a format takes longer than using it.
const formats = new Map<string, Intl.DateTimeFormat>();

/** A moment (in milliseconds since 1970, or a date) as the language writes it, in the time of this computer. */
export function formatDate(at: number | Date, shape: keyof typeof shapes): string {
  const key = `${locale()} ${shape}`;
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(locale(), shapes[shape]);
    formats.set(key, format);
  }
  return format.format(at);
}
