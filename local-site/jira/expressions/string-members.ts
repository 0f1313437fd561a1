import { failed } from './expression-error.ts';
import type { Value } from './values.ts';

/** `length` and the methods of a string that are modelled; undefined for others. */
export function stringMember(text: string, name: string): Value | undefined {
  if (name === 'length') return text.length;
  const method = METHODS[name];
  if (method === undefined || !Object.hasOwn(METHODS, name)) return undefined;
  return (parameters) => method(text, parameters);
}

type Method = (text: string, parameters: readonly Value[]) => Value;

const METHODS: Readonly<Record<string, Method>> = {
  includes: (text, [part]) => text.includes(string(part)),
  indexOf: (text, [part]) => text.indexOf(string(part)),
  toLowerCase: (text) => text.toLowerCase(),
  toUpperCase: (text) => text.toUpperCase(),
  trim: (text) => text.trim(),
  split: (text, [separator]) => text.split(string(separator)),
  replace: (text, [from, to]) => text.replace(string(from), () => string(to)),
  slice: (text, [from, to]) => text.slice(number(from), to === undefined ? undefined : number(to)),
  // The parts that a regular expression finds, or null: `issue.summary.match('.*Server.*') != null`.
  match: (text, [pattern]) => {
    const found = regularExpression(string(pattern)).exec(text);
    return found === null ? null : found.map((part) => (part as string | undefined) ?? null);
  },
};

function string(value: Value | undefined): string {
  if (typeof value === 'string') return value;
  throw failed('A string method got something else than a string.');
}

function number(value: Value | undefined): number {
  if (typeof value === 'number') return value;
  throw failed('A string method got something else than a number.');
}

function regularExpression(pattern: string): RegExp {
  try {
    return new RegExp(pattern, 'u');
  } catch {
    throw failed(`'${pattern}' is not a regular expression.`);
  }
}
