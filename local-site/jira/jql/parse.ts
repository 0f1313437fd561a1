import type { Clause, FieldName, Operator, Query, Sort, Value } from './ast.ts';
import { notModelled, refused } from './jql-error.ts';
import { tokensOf } from './tokens.ts';
import type { Token } from './tokens.ts';

const SIMPLE = new Set<string>(['=', '!=', '>', '>=', '<', '<=', '~', '!~']);

/** Reads a query. @throws {JqlError} for what Jira refuses and for what is not modelled. */
export function parseJql(text: string): Query {
  return new Parser(tokensOf(text)).query();
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  query(): Query {
    const first = this.#peek();
    const where = first.kind === 'end' || this.#isWord('order') ? undefined : this.#or();
    const sorts = this.#word('order') ? this.#sorts() : [];
    if (this.#peek().kind !== 'end') throw this.#unexpected("Expecting 'OR' or 'AND'");
    return where === undefined ? { sorts } : { where, sorts };
  }

  #or(): Clause {
    const parts = [this.#and()];
    while (this.#word('or') || this.#operator('||', '|')) parts.push(this.#and());
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: 'or', parts };
  }

  #and(): Clause {
    const parts = [this.#not()];
    while (this.#word('and') || this.#operator('&&', '&')) parts.push(this.#not());
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: 'and', parts };
  }

  #not(): Clause {
    if (this.#word('not') || this.#operator('!')) return { kind: 'not', part: this.#not() };
    if (!this.#punctuation('(')) return this.#clause();
    const inner = this.#or();
    this.#expect(')');
    return inner;
  }

  #clause(): Clause {
    const field = this.#field();
    const token = this.#next();
    const word = token.kind === 'word' ? token.text.toLowerCase() : '';
    if (token.kind === 'operator' && SIMPLE.has(token.text)) {
      return { kind: 'test', field, operator: token.text as Operator, values: [this.#value()] };
    }
    if (word === 'is') {
      const operator = this.#word('not') ? 'is not' : 'is';
      if (!this.#word('empty') && !this.#word('null')) throw this.#unexpected('Expecting EMPTY');
      return { kind: 'test', field, operator, values: [] };
    }
    if (word === 'in') return { kind: 'test', field, operator: 'in', values: this.#list() };
    if (word === 'not' && this.#word('in')) {
      return { kind: 'test', field, operator: 'not in', values: this.#list() };
    }
    if (word === 'was' || word === 'changed') throw notModelled(`operator ${word.toUpperCase()}`);
    this.#at--;
    throw this.#unexpected("Expecting operator but got '{}'. The valid operators are '=', '!=', …");
  }

  #field(): FieldName {
    const token = this.#next();
    if (token.kind !== 'word' && token.kind !== 'string') {
      this.#at--;
      throw this.#unexpected('Expecting a field name');
    }
    const property = /^(\w+)\.property$/i.exec(token.text);
    if (token.kind === 'word' && property?.[1] !== undefined && this.#punctuation('[')) {
      const propertyKey = this.#next().text;
      this.#expect(']');
      const rest = this.#peek();
      const follows = rest.kind === 'word' && rest.text.startsWith('.');
      const path = follows ? this.#next().text.slice(1) : '';
      return { kind: 'property', entity: property[1].toLowerCase(), propertyKey, path };
    }
    if (token.kind === 'word' && this.#peek().text === '[') {
      throw notModelled(`field ${token.text}[…]`);
    }
    return { kind: 'name', name: token.text };
  }

  #list(): readonly Value[] {
    if (!this.#punctuation('(')) {
      const token = this.#peek();
      const calls = this.#tokens[this.#at + 1]?.text === '(';
      if (token.kind === 'word' && calls) throw notModelled(`function ${token.text}()`);
      throw this.#unexpected("Expecting '('");
    }
    const values = [this.#value()];
    while (this.#punctuation(',')) values.push(this.#value());
    this.#expect(')');
    return values;
  }

  #value(): Value {
    const token = this.#next();
    if (token.kind === 'string') return { kind: 'text', text: token.text };
    if (token.kind !== 'word') {
      this.#at--;
      throw this.#unexpected('Expecting either a value, list or function');
    }
    if (/^(empty|null)$/i.test(token.text)) return { kind: 'empty' };
    if (this.#peek().text !== '(') return { kind: 'text', text: token.text };
    if (token.text.toLowerCase() !== 'currentuser') throw notModelled(`function ${token.text}()`);
    this.#expect('(');
    this.#expect(')');
    return { kind: 'currentUser' };
  }

  #sorts(): readonly Sort[] {
    if (!this.#word('by')) throw this.#unexpected("Expecting 'by'");
    const sorts: Sort[] = [];
    do {
      const field = this.#field();
      const descending = this.#word('desc');
      if (!descending) this.#word('asc');
      sorts.push({ field, descending });
    } while (this.#punctuation(','));
    return sorts;
  }

  #peek(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '', at: 1 };
  }

  #next(): Token {
    const token = this.#peek();
    this.#at++;
    return token;
  }

  #isWord(word: string): boolean {
    const token = this.#peek();
    return token.kind === 'word' && token.text.toLowerCase() === word;
  }

  #word(word: string): boolean {
    const found = this.#isWord(word);
    if (found) this.#at++;
    return found;
  }

  #operator(...operators: string[]): boolean {
    const token = this.#peek();
    const found = token.kind === 'operator' && operators.includes(token.text);
    if (found) this.#at++;
    return found;
  }

  #punctuation(text: string): boolean {
    const token = this.#peek();
    const found = token.kind === 'punctuation' && token.text === text;
    if (found) this.#at++;
    return found;
  }

  #expect(text: string): void {
    if (!this.#punctuation(text)) throw this.#unexpected(`Expecting '${text}'`);
  }

  /** Jira's wording of a syntax error; `{}` stands for the word that was found. */
  #unexpected(expectation: string): Error {
    const token = this.#peek();
    const got = token.kind === 'end' ? 'the end of the query' : `'${token.text}'`;
    const said = expectation.includes('{}')
      ? expectation.replace("'{}'", got)
      : `${expectation} but got ${got}.`;
    return refused(`Error in the JQL Query: ${said} (line 1, character ${String(token.at)})`);
  }
}
