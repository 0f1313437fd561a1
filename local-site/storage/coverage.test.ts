import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { STORAGE_COVERAGE } from './coverage.ts';
import { STORAGE_ERRORS } from './errors.ts';

/** The codes of Atlassian's error tables (kvs-errorhandling, entities-errorhandling, remote/accessing-storage). */
const DOCUMENTED = [
  ...['KEY_TOO_SHORT', 'KEY_TOO_LONG', 'EMPTY_KEY', 'INVALID_KEY', 'NOT_FOUND'],
  ...['MAX_SIZE', 'MAX_DEPTH'],
  ...['ENTITY_TYPE_TOO_SHORT', 'ENTITY_TYPE_TOO_LARGE', 'INVALID_ENTITY_TYPE'],
  ...['INVALID_ENTITY_VALUE', 'INVALID_ENTITY_ATTRIBUTE', 'INVALID_ENTITY_INDEX'],
  ...['INVALID_FILTER_CONDITION', 'INVALID_FILTER_VALUES', 'LIST_QUERY_LIMIT_EXCEEDED'],
  ...['QUERY_WHERE_INVALID', 'QUERY_WHERE_FIELD_INVALID'],
  ...['COMPLEX_QUERY_PAGE_LIMIT_NOT_IN_RANGE', 'EMPTY_FILTER_OPERATOR'],
  ...['INVALID_FILTER_OPERATORS_COMBINATION', 'INSUFFICIENT_FILTER_VALUES'],
  ...['INVALID_TRANSACTION_REQUEST', 'CONDITIONAL_CHECK_FAILED'],
  ...['INVALID_KEY_POLICY_RETURN_VALUE_COMBINATION', 'KEY_CONFLICT'],
  ...['RATE_LIMIT_EXCEEDED', 'TOO_MANY_REQUESTS', 'REQUEST_THROTTLED'],
];

const sources = new Map<string, string>();
function sourceOf(file: string): string {
  let source = sources.get(file);
  if (source === undefined) {
    source = readFileSync(join(import.meta.dirname, `${file}.test.ts`), 'utf8');
    sources.set(file, source);
  }
  return source;
}

describe('the coverage table', () => {
  it('names each row once', () => {
    const ids = STORAGE_COVERAGE.map(({ id }) => id);
    expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
  });

  it.each(STORAGE_COVERAGE)('finds the test of $kind $id', ({ file, test }) => {
    const source = sourceOf(file);
    expect([`'${test}'`, `"${test}"`].some((title) => source.includes(title))).toBe(true);
  });

  it('holds every documented code, and every code that the store can answer', () => {
    const codes = new Set(
      STORAGE_COVERAGE.filter(({ kind }) => kind === 'code').map(({ id }) => id),
    );
    const wanted = [...DOCUMENTED, ...Object.keys(STORAGE_ERRORS)];
    expect(wanted.filter((code) => !codes.has(code))).toEqual([]);
  });

  it('marks as documented no code that no table holds', () => {
    const marked = Object.entries(STORAGE_ERRORS).filter(([, { evidence }]) => evidence === 'doc');
    expect(marked.map(([code]) => code).filter((code) => !DOCUMENTED.includes(code))).toEqual([]);
  });
});
