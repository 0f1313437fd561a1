export { classifyShadow, type ShadowClass, type ShadowSide } from './classify-shadow.ts';
export { calibrateRecord, compareRecord, type CompareContext } from './compare-record.ts';
export { readBoth, readTwice, type ShadowReport } from './read-both.ts';
export { addShadowTally, shadowTally, voidByShadow, type ShadowTally } from './shadow-book.ts';
export {
  ShadowReader,
  type ShadowCounts,
  type ShadowOptions,
  type ShadowOutcome,
} from './shadow-reader.ts';
export { NEVER_WAIT, ShadowSkip } from './shadow-skip.ts';
