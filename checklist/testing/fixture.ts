import type { IssueScope, Supplies } from '../scope.ts';
import { MemoryStore } from './memory-store.ts';

/** A store, a caller, and supplies that count: time goes on by a second per question, ids are UUIDs that count up. */
export interface Fixture {
  readonly store: MemoryStore;
  readonly scope: IssueScope;
  readonly supplies: Supplies;
}

export function fixture(): Fixture {
  let seconds = 0;
  let ids = 0;
  return {
    store: new MemoryStore(),
    scope: { issueId: '10001', projectId: '10000', actor: 'account-uma' },
    supplies: {
      now: () => new Date(Date.UTC(2026, 0, 1, 0, 0, (seconds += 1))),
      newId: () => `00000000-0000-4000-8000-${String((ids += 1)).padStart(12, '0')}`,
    },
  };
}
