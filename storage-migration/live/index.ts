export {
  ForgeRecords,
  UNCHANGED,
  type Change,
  type ChangeResult,
  type Elsewhere,
  type ReadResult,
} from './forge-records.ts';
