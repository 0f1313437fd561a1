/**
 * Text search of JQL, the plain part: words in any order and any case, `*` at the end of a word for any ending, `?` for one
 * letter, and a phrase between escaped quotes. Jira also reduces words to their stem and knows `+`, `-`, `OR` and fuzzy search;
 * the local site doesn't, and finds less rather than more.
 */
export function textTest(query: string): (text: string) => boolean {
  const phrases = [...query.matchAll(/"([^"]*)"/g)].map((match) => wordsOf(match[1] ?? ''));
  const singles = query
    .replaceAll(/"[^"]*"/g, ' ')
    .split(/[^\p{L}\p{N}*?]+/u)
    .filter((word) => word !== '')
    .map(pattern);
  return (text) => {
    const words = wordsOf(text);
    return (
      phrases.every((phrase) => hasPhrase(words, phrase)) &&
      singles.every((single) => words.some((word) => single.test(word)))
    );
  };
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

function hasPhrase(words: readonly string[], phrase: readonly string[]): boolean {
  return words.some((_, at) => phrase.every((word, index) => words[at + index] === word));
}

function pattern(word: string): RegExp {
  const body = word.toLowerCase().replaceAll('*', '.*').replaceAll('?', '.');
  return new RegExp(`^${body}$`, 'u');
}
