import { refused } from './jql-error.ts';

/** One word of a query. `text` of a string is what stands between its quotes. */
export interface Token {
  readonly kind: 'word' | 'string' | 'operator' | 'punctuation' | 'end';
  readonly text: string;
  /** Counted from 1, for messages. */
  readonly at: number;
}

const SPACE = /\s+/y;
const OPERATOR = /!=|!~|>=|<=|=|~|>|<|!|&&|&|\|\||\|/y;
const PUNCTUATION = /[()[\],]/y;
const STRING = /"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'/y;
/** Everything that is not reserved: names, numbers, dates, issue keys, account ids. */
const WORD = /[^\s"'=!<>()~,[\]|&]+/y;

/** Cuts a query into words. */
export function tokensOf(query: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at;
    const match = pattern.exec(query) ?? undefined;
    if (match !== undefined) at += match[0].length;
    return match;
  };
  for (;;) {
    take(SPACE);
    const start = at + 1;
    if (at >= query.length) {
      tokens.push({ kind: 'end', text: '', at: start });
      return tokens;
    }
    const string = take(STRING);
    if (string !== undefined) {
      const text = (string[1] ?? string[2] ?? '').replace(/\\(.)/g, '$1');
      tokens.push({ kind: 'string', text, at: start });
      continue;
    }
    const operator = take(OPERATOR);
    if (operator !== undefined) {
      tokens.push({ kind: 'operator', text: operator[0], at: start });
      continue;
    }
    const punctuation = take(PUNCTUATION);
    if (punctuation !== undefined) {
      tokens.push({ kind: 'punctuation', text: punctuation[0], at: start });
      continue;
    }
    const word = take(WORD);
    if (word === undefined) {
      throw refused(
        `Error in the JQL Query: The quoted string '${query.slice(at)}' has not been completed. (line 1, character ${String(start)})`,
      );
    }
    tokens.push({ kind: 'word', text: word[0], at: start });
  }
}
