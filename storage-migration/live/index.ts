export { MOST_AT_ONCE } from './change-transaction.ts';
export { explain, type ExplainContext, type Explanation } from './explain.ts';
export {
  ForgeRecords,
  UNCHANGED,
  type Change,
  type ChangeAll,
  type ChangeAllResult,
  type ChangeResult,
  type Elsewhere,
  type Present,
  type ReadResult,
} from './forge-records.ts';
export { listByIndex, type ListContext, type Listed } from './list-by-index.ts';
export { RecordMemory, type TargetMemory } from './record-memory.ts';
export { Looks } from './looks.ts';
export { reverseLag, reverseMoved, type ReversedAll, type ReverseTurn } from './reverse-moved.ts';
export {
  appItem,
  appKey,
  appMismatch,
  publishTarget,
  readTarget,
  targetKey,
} from './target-item.ts';
