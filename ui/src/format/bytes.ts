import { formatNumber } from "./number";

const UNITS = ["B", "KB", "MB", "GB", "TB"];

/** A number of bytes in words: `0 B`, `999 B`, `1.2 KB`, `34 MB`; decimal units, as network tools use them. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1;
  return `${formatNumber(value, digits)} ${UNITS[unit] ?? ""}`;
}
