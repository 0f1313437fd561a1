import type { Pool } from 'pg';
import type { CrossgradeConfig } from '../config.ts';
import type { Lanes } from '../worker/tenant-lane.ts';

/** What the commands stand on. */
export interface Operator {
  readonly pool: Pool;
  readonly config: CrossgradeConfig;
  readonly lanes: Lanes;
}
