import { formatUnit } from "./number";

/** A time in words: “2 days”, “8 hours”, “1 hour 30 minutes”, “20 seconds”. Nothing for no time. */
export function lasting(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 86_400), "day"],
    [Math.floor((seconds % 86_400) / 3600), "hour"],
    [Math.floor((seconds % 3600) / 60), "minute"],
    [seconds % 60, "second"],
  ] as const;
  return parts
    .filter(([value]) => value !== 0)
    .map(([value, unit]) => formatUnit(value, unit))
    .join(" ");
}
