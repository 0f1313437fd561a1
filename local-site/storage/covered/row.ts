/** One documented or measured fact of the store, and the test that holds the store to it. */
export interface CoverageRow {
  readonly id: string;
  readonly kind: 'limit' | 'code' | 'rule';
  /** A page below developer.atlassian.com/platform/forge, or `field` for a measurement of the real platform. */
  readonly source: string;
  /** The test file in this folder, without `.test.ts`. */
  readonly file: string;
  /** Title of the test as it stands in that file, or for a table of cases the words that tell its case. */
  readonly test: string;
}

/** Id, source, file, test. */
export type RowText = readonly [id: string, source: string, file: string, test: string];

export function rowsOf(kind: CoverageRow['kind'], rows: readonly RowText[]): CoverageRow[] {
  return rows.map(([id, source, file, test]) => ({ id, kind, source, file, test }));
}
