import type { Expression } from './ast.ts';
import { notModelled, syntaxError } from './expression-error.ts';
import { tokensOf } from './tokens.ts';
import type { Token } from './tokens.ts';

/** Binary operators from the loosest to the tightest. */
const LEVELS: readonly (readonly string[])[] = [
  ['??'],
  ['||'],
  ['&&'],
  ['==', '!=', '===', '!=='],
  ['<', '<=', '>', '>='],
  ['+', '-'],
  ['*', '/', '%'],
];
const UNMODELLED_WORDS = new Set(['new', 'let', 'const', 'var', 'function', 'return', 'if', 'in']);
/** How deep an expression may nest: a bound against running out of stack. [ours] */
const MAX_DEPTH = 100;

/** Reads an expression. @throws {ExpressionError} */
export function parseExpression(text: string): Expression {
  return new Parser(tokensOf(text)).whole();
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Expression {
    const expression = this.#expression();
    if (this.#peek().kind !== 'end') throw this.#unexpected();
    return expression;
  }

  #expression(): Expression {
    if (++this.#depth > MAX_DEPTH) throw syntaxError('The expression nests too deeply.');
    const parameters = this.#arrowHead();
    const expression =
      parameters === undefined
        ? this.#ternary()
        : ({ kind: 'arrow', parameters, body: this.#expression() } as const);
    this.#depth--;
    return expression;
  }

  /** Names of an arrow function's parameters; nothing is taken when it is none. */
  #arrowHead(): readonly string[] | undefined {
    const start = this.#at;
    const names: string[] = [];
    if (this.#peek().kind === 'name') names.push(this.#next().text);
    else if (this.#take('(')) {
      while (this.#peek().kind === 'name') {
        names.push(this.#next().text);
        if (!this.#take(',')) break;
      }
      if (!this.#take(')')) this.#at = start;
    }
    if (this.#at !== start && this.#take('=>')) return names;
    this.#at = start;
    return undefined;
  }

  #ternary(): Expression {
    const test = this.#binary(0);
    if (!this.#take('?')) return test;
    const then = this.#expression();
    this.#expect(':');
    return { kind: 'ternary', test, then, otherwise: this.#expression() };
  }

  #binary(level: number): Expression {
    const operators = LEVELS[level];
    if (operators === undefined) return this.#unary();
    let left = this.#binary(level + 1);
    for (;;) {
      const token = this.#peek();
      if (token.kind !== 'sign' || !operators.includes(token.text)) return left;
      this.#at++;
      left = { kind: 'binary', operator: token.text, left, right: this.#binary(level + 1) };
    }
  }

  #unary(): Expression {
    const token = this.#peek();
    if (token.kind === 'sign' && (token.text === '!' || token.text === '-')) {
      this.#at++;
      return { kind: 'unary', operator: token.text, operand: this.#unary() };
    }
    if (token.kind === 'name' && token.text === 'typeof') {
      this.#at++;
      return { kind: 'unary', operator: 'typeof', operand: this.#unary() };
    }
    return this.#postfix();
  }

  #postfix(): Expression {
    let object = this.#primary();
    for (;;) {
      if (this.#take('(')) {
        object = { kind: 'call', callee: object, parameters: this.#until(')') };
      } else if (this.#take('[')) {
        const key = this.#expression();
        this.#expect(']');
        object = { kind: 'member', object, key, optional: false };
      } else {
        const optional = this.#take('?.');
        if (!optional && !this.#take('.')) return object;
        const name = this.#next();
        if (name.kind !== 'name') throw this.#unexpected(name);
        object = { kind: 'member', object, key: { kind: 'literal', value: name.text }, optional };
      }
    }
  }

  #primary(): Expression {
    const token = this.#next();
    if (token.kind === 'number') return { kind: 'literal', value: Number(token.text) };
    if (token.kind === 'string') return { kind: 'literal', value: token.text };
    if (token.kind === 'name') return nameOf(token.text);
    if (token.text === '(') {
      const inner = this.#expression();
      this.#expect(')');
      return inner;
    }
    if (token.text === '[') return { kind: 'list', items: this.#until(']') };
    if (token.text === '{') return this.#map();
    if (token.text === '/') throw notModelled('regular expression literals');
    throw this.#unexpected(token);
  }

  #map(): Expression {
    const entries: (readonly [string, Expression])[] = [];
    while (!this.#take('}')) {
      const key = this.#next();
      if (key.kind !== 'name' && key.kind !== 'string') throw this.#unexpected(key);
      this.#expect(':');
      entries.push([key.text, this.#expression()]);
      if (!this.#take(',')) {
        this.#expect('}');
        break;
      }
    }
    return { kind: 'map', entries };
  }

  #until(end: string): readonly Expression[] {
    const items: Expression[] = [];
    while (!this.#take(end)) {
      items.push(this.#expression());
      if (!this.#take(',')) {
        this.#expect(end);
        break;
      }
    }
    return items;
  }

  #peek(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '', at: 1 };
  }

  #next(): Token {
    const token = this.#peek();
    this.#at++;
    return token;
  }

  #take(sign: string): boolean {
    const token = this.#peek();
    const found = token.kind === 'sign' && token.text === sign;
    if (found) this.#at++;
    return found;
  }

  #expect(sign: string): void {
    if (!this.#take(sign)) throw this.#unexpected();
  }

  #unexpected(token = this.#peek()): Error {
    const got = token.kind === 'end' ? 'the end' : `'${token.text}'`;
    return syntaxError(`Unexpected ${got} at column ${String(token.at)}.`);
  }
}

function nameOf(name: string): Expression {
  if (name === 'true' || name === 'false') return { kind: 'literal', value: name === 'true' };
  if (name === 'null') return { kind: 'literal', value: null };
  if (UNMODELLED_WORDS.has(name)) throw notModelled(`'${name}'`);
  return { kind: 'name', name };
}
