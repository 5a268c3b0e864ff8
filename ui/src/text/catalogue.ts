import type { english } from "./en";

/** What a language has to say: a text for each English one. */
export type Catalogue = Translated<typeof english>;

/** Of the same shape, with any texts. */
type Translated<Part> = Part extends string
  ? string
  : Part extends (...given: infer Given) => infer Said
    ? (...given: Given) => Translated<Said>
    : Part extends readonly (infer Each)[]
      ? Translated<Each>[]
      : { [Name in keyof Part]: Translated<Part[Name]> };
