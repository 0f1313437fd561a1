import type { Pool } from 'pg';
import { LayerError } from 'crossgrade';
import {
  HeadBook,
  newCopyAccount,
  SYSTEM_TIMING,
  UnitAccount,
  type SendContext,
} from 'crossgrade/copy';
import { RestCarrier, type QueryCarrier, type Reply } from 'crossgrade/forge';
import { RecordMemory, type ListContext, type TargetMemory } from 'crossgrade/live';
import { postgresGovernorStore, readTenant, type TenantRow } from 'crossgrade/postgres';
import { NEVER_WAIT } from 'crossgrade/shadow';
import { checklists } from '../records/index.ts';
import type { SystemTokenReader } from './system-token-reader.ts';

/** A tenant's storage at Atlassian, for one request. */
export interface ForgeTarget {
  readonly row: TenantRow;
  readonly context: ListContext;
  /** Its records as this process last saw them: a guess for whoever changes them, an answer for nobody. */
  readonly memory: TargetMemory;
}

export interface ForgeTargets {
  /** The target of a tenant; undefined when it was never enrolled. Its row is read anew each time. */
  of(tenant: string): Promise<ForgeTarget | undefined>;
  /** The target of a row for work that nobody waits for: it spends units only while nobody else wants them, and remembers no head. */
  spare(row: TenantRow): SendContext;
}

export interface ForgeTargetParts {
  readonly pool: Pool;
  readonly storageUrl: string;
  readonly tokens: SystemTokenReader;
  readonly now: () => number;
  /** Milliseconds a request may try to reach Forge before it is told that it can't. (Default: 8,000) */
  readonly patienceMs?: number;
}

const PATIENCE_MS = 8_000;
/** Milliseconds for which work that nobody waits for tries to reach Forge. */
const SPARE_MS = 1_500;
/** Milliseconds of one call. */
const CALL_MS = 4_000;

/**
 * Makes targets. What is kept between requests is the tenant's share of the quota, and records as they were last seen, which
 * save reads and decide nothing.
 */
export function createForgeTargets(parts: ForgeTargetParts): ForgeTargets {
  const { pool, tokens, now, patienceMs = PATIENCE_MS } = parts;
  const memory = new RecordMemory();
  const kept = new Map<string, SendContext & { readonly carrier: QueryCarrier }>();

  const make = (row: TenantRow): ListContext => ({
    scope: {
      group: row.grp,
      buckets: row.buckets,
      tenantKey: row.hash_key,
      incarnation: row.incarnation,
      mapping: checklists.mapping,
    },
    carrier: forgetsRefusedTokens(
      new RestCarrier({
        baseUrl: parts.storageUrl,
        token: () => tokens.tokenOf(row.installation_id),
        timeoutMs: Math.min(CALL_MS, patienceMs),
      }),
      () => tokens.drop(row.installation_id),
    ),
    units: new UnitAccount(postgresGovernorStore(pool, row.installation_id), SYSTEM_TIMING),
    timing: SYSTEM_TIMING,
    heads: new HeadBook(),
    random: Math.random,
    account: newCopyAccount(),
  });

  const spareUnits = new Map<string, UnitAccount>();

  const identityOf = ({ tenant, installation_id, incarnation }: TenantRow): string =>
    `${tenant}/${installation_id}/${incarnation}`;

  return {
    spare(row) {
      const identity = identityOf(row);
      const store = postgresGovernorStore(pool, row.installation_id);
      const units = spareUnits.get(identity) ?? new UnitAccount(store, NEVER_WAIT);
      spareUnits.set(identity, units);
      return { ...make(row), units, timing: impatient(now, now() + SPARE_MS) };
    },
    async of(tenant) {
      const row = await readTenant(pool, { tenant, group: checklists.group });
      if (row === undefined) return undefined;
      const identity = identityOf(row);
      const context = kept.get(identity) ?? make(row);
      kept.set(identity, context);
      const end = now() + patienceMs;
      return {
        row,
        context: { ...context, timing: impatient(now, end) },
        // What was seen before the tenant last changed hands would only fail: its heads have another epoch.
        memory: memory.of(`${identity}/${row.row_version}`),
      };
    },
  };
}

/** Waiting between attempts ends with the request's patience: a person is there. */
function impatient(now: () => number, end: number): SendContext['timing'] {
  return {
    now: () => SYSTEM_TIMING.now(),
    sleep: async (ms) => {
      if (now() + ms > end) {
        throw new LayerError('target.unreachable', 'Forge storage gave no answer in time');
      }
      await SYSTEM_TIMING.sleep(ms);
    },
  };
}

function forgetsRefusedTokens(carrier: QueryCarrier, drop: () => void): QueryCarrier {
  const watch = async <T>(reply: Promise<Reply<T>>): Promise<Reply<T>> => {
    const answer = await reply;
    if (answer.kind === 'unauthorized') drop();
    return answer;
  };
  return {
    get: (item) => watch(carrier.get(item)),
    getMany: (items) => watch(carrier.getMany(items)),
    create: (item, value) => watch(carrier.create(item, value)),
    transact: (transaction) => watch(carrier.transact(transaction)),
    scan: (entity, cursor, options) => watch(carrier.scan(entity, cursor, options)),
    query: (query) => watch(carrier.query(query)),
  };
}
