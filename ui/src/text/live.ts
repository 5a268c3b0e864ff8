/** A view of whatever `of` gives at the time of reading. */
export function live<Part extends object>(of: () => Part): Part {
  const parts = new Map<string | symbol, unknown>();
  return new Proxy({} as Part, {
    get(_, name) {
      const value: unknown = Reflect.get(of(), name);
      if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
      if (!parts.has(name))
        parts.set(
          name,
          live(() => Reflect.get(of(), name) as object),
        );
      return parts.get(name);
    },
    has: (_, name) => Reflect.has(of(), name),
    ownKeys: () => Reflect.ownKeys(of()),
    getOwnPropertyDescriptor: (_, name) =>
      Reflect.has(of(), name)
        ? { value: Reflect.get(of(), name) as unknown, enumerable: true, configurable: true }
        : undefined,
  });
}
