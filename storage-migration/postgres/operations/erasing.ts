import { randomUUID } from 'node:crypto';
import type { ClientBase, Pool } from 'pg';
import type { Erasure, ErasingSide } from '../../handover/operations-side.ts';
import { splitKey, type GroupDefinition } from '../../record/define-record.ts';
import { recordHash } from '../../record/hash.ts';
import { recordOf } from '../../record/outgoing.ts';
import { LayerError } from '../../errors.ts';
import { compareVersions, type Scope, type Stage, type Version } from '../../terms.ts';
import { appendAudit } from '../audit.ts';
import { applyReverse } from '../handover/apply-reverse.ts';
import { inTransaction } from '../transaction.ts';

/** SQLSTATE of a write at a closed gate. */
const GATE_CLOSED = '55006';
/** SQLSTATE of a write to a record that waits for a person's decision. */
const HELD = 'MQ001';

export interface ErasingParts {
  readonly pool: Pool;
  readonly scope: Scope;
  readonly group: GroupDefinition;
  readonly tenantKey: Buffer;
}

/** See `ErasingSide`. */
export function erasingSide({ pool, scope, group, tenantKey }: ErasingParts): ErasingSide {
  const own = [scope.tenant, scope.group];
  return {
    beginErasure: (keys, who, reason) =>
      inTransaction(pool, async (client) => {
        const id = randomUUID();
        const wanted = [...new Set(keys)];
        await client.query(
          `insert into mig_erasure (erasure_id, tenant, grp, who, reason, records) values ($3, $1, $2, $4, $5, $6)`,
          [...own, id, who, reason, wanted.length],
        );
        await client.query(
          'insert into mig_erasure_key (erasure_id, key) select $1, * from unnest($2::text[])',
          [id, wanted],
        );
        await client.query(
          `update mig_tenant set condition = 'erasing', condition_reason = $3, row_version = row_version + 1
           where tenant = $1 and grp = $2 and condition is null`,
          [...own, reason],
        );
        const evidence = `erasure ${id} of ${wanted.length}`;
        await appendAudit(client, { ...scope, who, action: 'erase', evidence, reason });
        return id;
      }),
    openErasures: () => openErasures(pool, scope),
    eraseHere: (erasure, key) => eraseHere(pool, scope, group, erasure, key),
    noteErased: (erasure, key, { e, n }) =>
      inTransaction(pool, async (client) => {
        // Nobody opens Postgres without Forge between the look at the gate and the note. The Forge that decides now gives
        // versions of a higher epoch than that at which the gate was closed for it.
        await client.query('select pg_advisory_xact_lock_shared(mig_gate_lock($1, $2))', own);
        const noted = await client.query(
          `update mig_erasure_key k set epoch = $5, n = $6
           where k.erasure_id = $3 and k.key = $4 and k.epoch is null and (
             exists (select 1 from mig_gate
                     where tenant = $1 and grp = $2 and gate = 'closed' and epoch < $5::int)
             or exists (select 1 from mig_ver v where v.tenant = $1 and v.grp = $2 and v.key = $4
                        and (v.epoch, v.n) = ($5::int, $6::bigint)))`,
          [...own, erasure, key, e, n],
        );
        return noted.rowCount === 1;
      }),
    async heldHere(key) {
      const found = await pool.query<{ epoch: number; n: string; deleted: boolean }>(
        'select epoch, n, deleted from mig_ver where tenant = $1 and grp = $2 and key = $3',
        [...own, key],
      );
      const row = found.rows[0];
      if (row === undefined) return undefined;
      return { version: { e: row.epoch, n: Number(row.n) }, deleted: row.deleted };
    },
    eraseArchived: (erasure, bucket, key, version) =>
      inTransaction(pool, async (client) => {
        const marked = await client.query(
          `select 1 from mig_erasure_key
           where erasure_id = $1 and key = $2 and epoch = $3 and n = $4 for update`,
          [erasure, key, version.e, version.n],
        );
        if (marked.rowCount === 0) return;
        const at = await client.query<{ seq: string }>(
          'select seq from mig_racked where tenant = $1 and grp = $2 and bucket = $3 for update',
          [...own, bucket],
        );
        // A sealed bucket has no log: its position only has to move for this one to count.
        const position = Number(at.rows[0]?.seq ?? 0) + 1;
        const hash = recordHash(tenantKey, key, version, null);
        const deleted = { version, deleted: true, hash, value: undefined };
        await applyReverse(client, scope, group, bucket, position, new Map([[key, deleted]]));
      }),
    async isFilled(bucket) {
      const found = await pool.query(
        'select 1 from mig_racked where tenant = $1 and grp = $2 and bucket = $3 and bf_done',
        [...own, bucket],
      );
      return found.rowCount === 1;
    },
    report: (erasure, found) =>
      inTransaction(pool, (client) => report(client, scope, erasure, found)),
  };
}

/** A delete's version as its mark has it. */
interface NotedVersion {
  readonly epoch: number | null;
  readonly n: string | null;
}

function notedVersion({ epoch, n }: NotedVersion): Version | undefined {
  return epoch === null || n === null ? undefined : { e: epoch, n: Number(n) };
}

async function openErasures(pool: Pool, { tenant, group }: Scope): Promise<readonly Erasure[]> {
  const found = await pool.query<NotedVersion & { id: string; key: string }>(
    `select e.erasure_id as id, k.key, k.epoch, k.n
     from mig_erasure e join mig_erasure_key k using (erasure_id)
     where e.tenant = $1 and e.grp = $2 and e.reported is null order by e.begun, e.erasure_id, k.key`,
    [tenant, group],
  );
  const keysOf = new Map<string, Erasure['keys'][number][]>();
  for (const { id, key, ...noted } of found.rows) {
    const keys = keysOf.get(id) ?? [];
    keys.push({ key, version: notedVersion(noted) });
    keysOf.set(id, keys);
  }
  return [...keysOf].map(([id, keys]) => ({ id, keys }));
}

/** Also for a record that Postgres does not have: the delete is given a version of its own and travels. */
async function eraseHere(
  pool: Pool,
  scope: Scope,
  group: GroupDefinition,
  erasure: string,
  key: string,
): Promise<Version | 'gate closed' | 'reported'> {
  try {
    return await inTransaction(pool, async (client) => {
      const { source } = recordOf(group, key);
      if (source.write === undefined) {
        throw new LayerError('record.not_reversible', `${splitKey(key).type} can not be deleted`);
      }
      // Of two who drive the same erasure one deletes: what a user has made anew since is not the other's to delete.
      const mark = await client.query<NotedVersion>(
        'select epoch, n from mig_erasure_key where erasure_id = $1 and key = $2 for update',
        [erasure, key],
      );
      const [noted] = mark.rows;
      if (noted === undefined) return 'reported';
      const before = notedVersion(noted);
      if (before !== undefined) return before;
      // The gate is asked first, so that a record without rows meets it too.
      await client.query('select mig_touch($1, $2, $3, true)', [scope.tenant, scope.group, key]);
      await source.write(client, scope.tenant, splitKey(key).id, undefined);
      const made = await client.query<NotedVersion>(
        `update mig_erasure_key k set epoch = v.epoch, n = v.n from mig_ver v
         where k.erasure_id = $4 and k.key = $3 and v.tenant = $1 and v.grp = $2 and v.key = $3
         returning k.epoch, k.n`,
        [scope.tenant, scope.group, key, erasure],
      );
      const version = made.rows[0] && notedVersion(made.rows[0]);
      if (version === undefined) throw new Error('a delete was given no version');
      return version;
    });
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === GATE_CLOSED) return 'gate closed';
    if (code === HELD) throw new LayerError('record.held', `${key} is held`, { cause: error });
    throw error;
  }
}

async function areMarked(
  client: ClientBase,
  erasure: string,
  deletes: ReadonlyMap<string, Version>,
): Promise<boolean> {
  const marks = await client.query<NotedVersion & { key: string }>(
    'select key, epoch, n from mig_erasure_key where erasure_id = $1 for update',
    [erasure],
  );
  return marks.rows.every(({ key, ...noted }) => {
    const [marked, found] = [notedVersion(noted), deletes.get(key)];
    return marked !== undefined && found !== undefined && compareVersions(marked, found) === 0;
  });
}

async function report(
  client: ClientBase,
  scope: Scope,
  erasure: string,
  { who, deletes, isFinal }: Parameters<ErasingSide['report']>[1],
): Promise<boolean> {
  const own = [scope.tenant, scope.group];
  const tenant = await client.query<{ stage: Stage }>(
    'select stage from mig_tenant where tenant = $1 and grp = $2 for update',
    own,
  );
  const open = await client.query<{ records: number }>(
    'select records from mig_erasure where erasure_id = $1 and reported is null for update',
    [erasure],
  );
  const records = open.rows[0]?.records;
  if (records === undefined) return true;
  if (tenant.rows[0]?.stage === 'final' && !isFinal) return false;
  if (!(await areMarked(client, erasure, deletes))) return false;
  await client.query('update mig_erasure set reported = now() where erasure_id = $1', [erasure]);
  const keys = '(select key from mig_erasure_key where erasure_id = $3)';
  const all = [...own, erasure];
  await client.query(
    `delete from mig_difference d using mig_pass p
     where p.pass_id = d.pass_id and p.tenant = $1 and p.grp = $2 and d.key in ${keys}`,
    all,
  );
  await client.query(
    `delete from mig_set_aside where tenant = $1 and grp = $2 and key in ${keys}`,
    all,
  );
  // Elsewhere the version row stops older sends; of a final tenant nothing is sent any more.
  await client.query(
    `delete from mig_ver v using mig_tenant t where v.tenant = $1 and v.grp = $2 and v.deleted
       and t.tenant = $1 and t.grp = $2 and t.stage = 'final' and v.key in ${keys}`,
    all,
  );
  await client.query('delete from mig_erasure_key where erasure_id = $1', [erasure]);
  await client.query(
    `update mig_tenant set condition = null, condition_reason = null, row_version = row_version + 1
     where tenant = $1 and grp = $2 and condition = 'erasing' and not exists (
       select 1 from mig_erasure where tenant = $1 and grp = $2 and reported is null)`,
    own,
  );
  const evidence = `erasure ${erasure} of ${records}`;
  await appendAudit(client, { ...scope, who, action: 'erased', evidence });
  return true;
}
