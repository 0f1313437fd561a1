/** What the packages and the local site disagree about. */
export interface Drift {
  /** Words that a package speaks and nobody here knows, with where they stand. */
  readonly unknown: readonly string[];
  /** Words that are listed here and that no package speaks any more. */
  readonly silent: readonly string[];
}

/** Compares the words that were heard with those that are listed. */
export function compare(heard: ReadonlyMap<string, string>, listed: Iterable<string>): Drift {
  const known = new Set(listed);
  return {
    unknown: [...heard].flatMap(([word, where]) => (known.has(word) ? [] : [`${word} (${where})`])),
    silent: [...known].filter((word) => !heard.has(word)),
  };
}
