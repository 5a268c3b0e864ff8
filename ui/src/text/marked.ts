/** What every text of a marked catalogue begins and ends with. */
export const [BEGIN, END] = ["⟦", "⟧"];

/** The same texts, each between marks: whatever the window says without marks did not come from the catalogue. For tests. */
export function marked<Part>(part: Part): Part {
  return mark(part) as Part;
}

function mark(part: unknown): unknown {
  if (typeof part === "string") return part === "" ? part : `${BEGIN}${part}${END}`;
  if (typeof part === "function")
    return (...given: unknown[]) => mark((part as (...given: unknown[]) => unknown)(...given));
  if (Array.isArray(part)) return part.map(mark);
  if (typeof part === "object" && part !== null) {
    return Object.fromEntries(Object.entries(part).map(([name, value]) => [name, mark(value)]));
  }
  return part;
}
