import type { Pool } from 'pg';
import {
  addShadowTally,
  calibrateRecord,
  compareRecord,
  ShadowReader,
  voidByShadow,
  type ShadowOutcome,
  type ShadowReport,
} from 'crossgrade/shadow';
import type { TenantRow } from 'crossgrade/postgres';
import type { Timing } from 'crossgrade/copy';
import type { ForgeTargets } from '../forge/forge-targets.ts';
import type { Background } from '../http/background.ts';
import type { Logger } from '../logging/create-logger.ts';
import { checklists } from '../records/index.ts';

export interface ShadowParts {
  readonly pool: Pool;
  readonly targets: ForgeTargets;
  readonly background: Background;
  readonly logger: Logger;
  /** Share of the records that people read, 0…1. */
  readonly share: number;
}

/** Compares a share of what people read with the other store. */
export interface ShadowReads {
  /** These records were just answered. Returns at once, never throws, and keeps no request waiting. */
  seen(tenant: string, keys: readonly string[]): void;
  /** Takes no more, waits for what is under way and writes the counts. */
  close(): Promise<void>;
}

/** Milliseconds between two writings of the counts. */
const NOTE_MS = 10_000;

/** A comparison keeps no process from ending. */
const UNHELD: Timing = {
  now: () => Date.now(),
  sleep: (ms) => new Promise((resolve) => void setTimeout(resolve, ms).unref()),
};

interface Read {
  readonly tenant: string;
  readonly key: string;
}

/**
 * Makes it. Two comparisons at once in a process, two seconds each at most, and only with units of the quota that nobody else
 * wants. Outcomes are counted per tenant and hour; what no lag explains is logged, without key or content, and voids the
 * verifications that a cut-over would rest on.
 */
export function createShadowReads(parts: ShadowParts): ShadowReads {
  const { pool, targets, background, logger, share } = parts;
  const group = checklists;
  const context = { pool, group, open: (row: TenantRow) => targets.spare(row) };
  const counts = new Map<string, Map<ShadowOutcome, number>>();

  const count = (outcome: ShadowOutcome, { tenant }: Read): void => {
    const own = counts.get(tenant) ?? new Map<ShadowOutcome, number>();
    counts.set(tenant, own.set(outcome, (own.get(outcome) ?? 0) + 1));
  };
  const noteCounts = async (): Promise<void> => {
    const noted = [...counts];
    counts.clear();
    for (const [tenant, own] of noted) {
      await addShadowTally(pool, { tenant, group: group.group }, Object.fromEntries(own));
    }
  };
  const tell = async (report: ShadowReport, { tenant }: Read): Promise<void> => {
    const scope = { tenant, group: group.group };
    const voided = await voidByShadow(pool, scope, report, 'remote');
    logger.warn({ event: 'shadow_difference', tenant, ...report, voided });
  };

  const reader = new ShadowReader<Read>({
    ...{ rate: share, timing: UNHELD, random: Math.random },
    compare: ({ tenant, key }) => compareRecord(context, tenant, key),
    calibrate: ({ tenant, key }) => calibrateRecord(context, tenant, key),
    onFinding: (report, read) => background.run('shadow_not_told', () => tell(report, read)),
    onOutcome: count,
  });
  const timer = setInterval(() => background.run('shadow_not_counted', noteCounts), NOTE_MS);
  timer.unref();

  return {
    seen(tenant, keys) {
      if (share === 0) return;
      // Not in the turn that answers the request.
      setImmediate(() => {
        for (const key of keys) reader.observe({ tenant, key });
      });
    },
    async close() {
      clearInterval(timer);
      await reader.close();
      background.run('shadow_not_counted', noteCounts);
    },
  };
}
