/** Letters from `start` up to, but without, `end`. */
export interface Range {
  start: number;
  end: number;
}

/** Something that can be searched in, and how much a match there counts, from 0 to 1. */
export interface Field {
  words: string;
  weight: number;
}

/** How well a search fits, and where. */
export interface Rank {
  /** The higher the better; only to be compared with others of the same search. */
  score: number;
  /** For each field the letters that fit, in order and apart from each other. */
  ranges: Range[][];
}

interface Fit {
  score: number;
  ranges: Range[];
}

const ALL_OF_IT = 200;
const FROM_ITS_START = 160;
const FROM_A_WORD = 140;
const INSIDE = 100;
/** Letters that are apart from each other count less than any that are together. */
const APART = 80;
/** What each gap between such letters costs. */
const GAP = 8;
/** Letters that are apart have to lie within so many times their number, or anything would be found in a long text. */
const SPREAD = 4;

/**
 * How well fields fit a search: each of its words has to occur in one of them, if not as it is, then as letters in this order that
 * begin with a word's. Null where one does not. Nothing fits everything equally.
 */
export function rank(search: string, fields: readonly Field[]): Rank | null {
  const ranges: Range[][] = fields.map(() => []);
  const lower = fields.map(({ words }) => words.toLowerCase());
  let score = 0;
  for (const word of search.toLowerCase().split(/\s+/).filter(Boolean)) {
    let best: { score: number; at: number; fit: Fit } | null = null;
    for (const [at, { weight }] of fields.entries()) {
      const found = fit(word, lower[at] ?? "");
      if (found === null || (best !== null && best.score >= found.score * weight)) continue;
      best = { score: found.score * weight, at, fit: found };
    }
    if (best === null) return null;
    score += best.score;
    ranges[best.at]?.push(...best.fit.ranges);
  }
  return { score, ranges: ranges.map(joined) };
}

/** Text in pieces, those that fit marked. */
export function pieces(words: string, ranges: readonly Range[]): { words: string; fits: boolean }[] {
  const all: { words: string; fits: boolean }[] = [];
  let at = 0;
  for (const { start, end } of ranges) {
    if (start > at) all.push({ words: words.slice(at, start), fits: false });
    all.push({ words: words.slice(start, end), fits: true });
    at = end;
  }
  if (at < words.length) all.push({ words: words.slice(at), fits: false });
  return all;
}

function fit(word: string, words: string): Fit | null {
  let best: Fit | null = null;
  for (let start = words.indexOf(word); start >= 0; start = words.indexOf(word, start + 1)) {
    const score =
      word.length === words.length
        ? ALL_OF_IT
        : start === 0
          ? FROM_ITS_START
          : startsWord(words, start)
            ? FROM_A_WORD
            : INSIDE;
    if (best === null || score > best.score) {
      best = { score, ranges: [{ start, end: start + word.length }] };
    }
  }
  // A number means itself, and one letter is nowhere apart.
  return best ?? (word.length > 1 && !/^\d+$/.test(word) ? fitApart(word, words) : null);
}

function fitApart(word: string, words: string): Fit | null {
  let best: Fit | null = null;
  for (let start = 0; start < words.length; start += 1) {
    if (words[start] !== word[0] || !startsWord(words, start)) continue;
    const found = lettersFrom(word, words, start);
    if (found !== null && (best === null || found.score > best.score)) best = found;
  }
  return best;
}

/** The letters of a word from here on: the next to each other, or else the next that begins a word, or else the next. */
function lettersFrom(word: string, words: string, start: number): Fit | null {
  const limit = Math.min(words.length, start + word.length * SPREAD);
  const ranges: Range[] = [{ start, end: start + 1 }];
  for (const letter of word.slice(1)) {
    const last = ranges.at(-1);
    if (last === undefined) return null;
    if (words[last.end] === letter) {
      last.end += 1;
      continue;
    }
    let next = words.indexOf(letter, last.end);
    for (let at = next; at >= 0 && at < limit; at = words.indexOf(letter, at + 1)) {
      if (!startsWord(words, at)) continue;
      next = at;
      break;
    }
    if (next < 0 || next >= limit) return null;
    ranges.push({ start: next, end: next + 1 });
  }
  return { score: Math.max(APART - GAP * (ranges.length - 1), 1), ranges };
}

function startsWord(words: string, at: number): boolean {
  return at === 0 || (isPartOfWord(words[at]) && !isPartOfWord(words[at - 1]));
}

function isPartOfWord(letter: string | undefined): boolean {
  return letter !== undefined && /[\p{L}\p{N}]/u.test(letter);
}

function joined(ranges: Range[]): Range[] {
  const all: Range[] = [];
  for (const range of [...ranges].sort((a, b) => a.start - b.start)) {
    const last = all.at(-1);
    if (last !== undefined && range.start <= last.end) last.end = Math.max(last.end, range.end);
    else all.push({ ...range });
  }
  return all;
}
