/** What the window keeps for itself between its starts. Nothing of it matters so much that a failure would be told. */
export function readKept(key: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(`culvert.${key}`) ?? "null");
  } catch {
    return null;
  }
}

export function keep(key: string, value: unknown): void {
  try {
    localStorage.setItem(`culvert.${key}`, JSON.stringify(value));
  } catch {
    // Full, or forbidden: then it is known until the window closes.
  }
}
