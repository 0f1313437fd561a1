import { CODE_ROWS } from './covered/codes.ts';
import { LIMIT_ROWS } from './covered/limits.ts';
import type { CoverageRow } from './covered/row.ts';
import { RULE_ROWS } from './covered/rules.ts';

export type { CoverageRow } from './covered/row.ts';

/**
 * Every documented limit, rule and error code of the key-value and custom entity store, the measured ones too, each with the
 * test that holds the store to it. Switches have a list of their own, see switch-list.ts.
 */
export const STORAGE_COVERAGE: readonly CoverageRow[] = [...LIMIT_ROWS, ...RULE_ROWS, ...CODE_ROWS];
