import { notModelled, syntaxError } from './expression-error.ts';

export interface Token {
  readonly kind: 'number' | 'string' | 'name' | 'sign' | 'end';
  readonly text: string;
  /** Counted from 1. */
  readonly at: number;
}

const PATTERNS: readonly (readonly [Token['kind'], RegExp])[] = [
  ['number', /\d+(?:\.\d+)?/y],
  ['string', /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/y],
  ['name', /[A-Za-z_$][\w$]*/y],
  ['sign', /===|!==|=>|==|!=|<=|>=|&&|\|\||\?\?|\?\.|[<>+\-*/%!?:.,()[\]{}=;]/y],
];

/** Cuts an expression into words; a string token holds the text it means. @throws {ExpressionError} */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const space = /\s+/y;
    space.lastIndex = at;
    at += space.exec(text)?.[0].length ?? 0;
    if (at >= text.length) break;
    const token = tokenAt(text, at);
    if (token === undefined) {
      if (text[at] === '`') throw notModelled('template strings');
      throw syntaxError(`Unexpected character '${text[at] ?? ''}' at column ${String(at + 1)}.`);
    }
    tokens.push(token.token);
    at += token.length;
  }
  tokens.push({ kind: 'end', text: '', at: text.length + 1 });
  return tokens;
}

function tokenAt(text: string, at: number): { token: Token; length: number } | undefined {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found === undefined) continue;
    const meant = kind === 'string' ? unescaped(found.slice(1, -1)) : found;
    return { token: { kind, text: meant, at: at + 1 }, length: found.length };
  }
  return undefined;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

function unescaped(text: string): string {
  return text.replace(/\\(.)/gs, (_, letter: string) => ESCAPES[letter] ?? letter);
}
