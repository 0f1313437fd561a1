import type { Pool } from 'pg';
import type { Head } from '../bucket/head.ts';
import type { SendContext } from '../copy/send-context.ts';
import type { HandoverContext } from '../handover/handover-context.ts';
import { glanceAtHeads } from '../copy/read-heads.ts';
import { reverseBuckets } from '../handover/reverse.ts';
import { isWithForge, type Scope } from '../terms.ts';
import type { Looks } from './looks.ts';

/** Groups of entries brought back at once: few, because their transactions and the users' share one Postgres. */
const LANES = 4;

export interface ReversedAll {
  /** Records that were newer than Postgres' and are there now. */
  readonly applied: number;
  /** Buckets whose head had moved. */
  readonly moved: number;
  /** Log entries that are known and not back yet; zero unless `shouldStop` said so or somebody wrote meanwhile. */
  readonly behind: number;
  /** Some head is not with Forge: a rollback is under way, or one was left half done. */
  readonly isElsewhere: boolean;
}

export interface ReverseTurn {
  /** Asked again and again; what is not brought back then stays behind. */
  readonly shouldStop?: () => boolean;
  /**
   * Of this process and tenant. While units are scarce, a turn brings back only what earlier looks named, which batches show by
   * now. (Default: always what this look names)
   */
  readonly looks?: Looks;
}

/**
 * One turn of reverse replication of a tenant in `live` or `settled`: looks at all heads and brings back what the buckets
 * wrote whose head has moved since the last turn. Also notes how far each log reaches, so that the lag can be read off
 * Postgres. Needs a closed gate; with an open one nothing is applied. Throws what `reverseBuckets` throws, and
 * `head.regressed` when a head is older than one seen before.
 */
export async function reverseMoved(
  context: HandoverContext,
  pool: Pool,
  { shouldStop = () => false, looks }: ReverseTurn = {},
): Promise<ReversedAll> {
  const { send, scope } = context;
  const positions = await readPositions(pool, scope);
  const heads = await confirmed(send, positions, await glanceAtHeads(send));
  await noteHeads(pool, scope, heads);
  const ripe = looks?.ripen(send.timing.now(), heads);
  // In debt: somebody waits for units.
  const isScarce = (await send.units.left('read')) < 0;
  const named = isScarce && ripe !== undefined ? ripe : heads;
  const moved = new Map(
    [...named].filter(
      ([bucket, head]) => Math.max(positions.get(bucket)?.seq ?? 0, head.f0) < head.seq,
    ),
  );
  let applied = 0;
  for (const one of (await reverseBuckets(context, moved, { lanes: LANES, shouldStop })).values()) {
    applied += one.applied;
  }
  const behind = await reverseLag(pool, scope);
  return { applied, moved: moved.size, behind, isElsewhere: await isElsewhere(send, heads) };
}

/**
 * Whether some head is not with Forge. Right after a cut-over many still look like that, so one of them is asked strictly in
 * each turn: those that only lagged are gone after a few.
 */
async function isElsewhere(send: SendContext, heads: ReadonlyMap<number, Head>): Promise<boolean> {
  const [doubtful] = [...heads].filter(([, head]) => !isWithForge(head));
  if (doubtful === undefined) return false;
  return !isWithForge(await send.heads.readStrictly(send, doubtful[0]));
}

/** Log entries that the last look at the heads knew of and that are not back in Postgres. */
export async function reverseLag(pool: Pool, { tenant, group }: Scope): Promise<number> {
  const found = await pool.query<{ behind: string }>(
    `select coalesce(sum(greatest(seen_seq - seq, 0)), 0) as behind
     from mig_racked where tenant = $1 and grp = $2`,
    [tenant, group],
  );
  return Number(found.rows[0]?.behind ?? 0);
}

interface Position {
  readonly seq: number;
  readonly seenEpoch: number;
  readonly seenSeq: number;
}

async function readPositions(
  pool: Pool,
  { tenant, group }: Scope,
): Promise<ReadonlyMap<number, Position>> {
  const found = await pool.query<{
    bucket: number;
    seq: string;
    seen_epoch: number;
    seen_seq: string;
  }>('select bucket, seq, seen_epoch, seen_seq from mig_racked where tenant = $1 and grp = $2', [
    tenant,
    group,
  ]);
  return new Map(
    found.rows.map((row) => [
      row.bucket,
      { seq: Number(row.seq), seenEpoch: row.seen_epoch, seenSeq: Number(row.seen_seq) },
    ]),
  );
}

/**
 * A batch may be behind, so a head that seems to have gone back is read strictly; only that may say that it has. One in each
 * turn, whichever: a restored store shows with any of them, and the others that lag are left out of this turn.
 */
async function confirmed(
  send: SendContext,
  positions: ReadonlyMap<number, Position>,
  heads: ReadonlyMap<number, Head>,
): Promise<ReadonlyMap<number, Head>> {
  const sure = new Map<number, Head>();
  const older: (readonly [number, Position])[] = [];
  for (const [bucket, head] of heads) {
    const seen = positions.get(bucket);
    if (seen === undefined || !isOlder(head, seen)) sure.set(bucket, head);
    else older.push([bucket, seen]);
  }
  const doubtful = older[Math.floor(send.random() * older.length)];
  if (doubtful !== undefined) {
    const [bucket, seen] = doubtful;
    send.heads.recall(bucket, seen.seenEpoch, seen.seenSeq);
    sure.set(bucket, await send.heads.readStrictly(send, bucket));
  }
  return sure;
}

function isOlder(head: Head, seen: Position): boolean {
  return (head.epoch - seen.seenEpoch || head.seq - seen.seenSeq) < 0;
}

/**
 * What lies before `f0` has no log and is no lag: the position begins there. A sealed head has come back whole and has no log
 * since, so nothing of it is lag.
 */
async function noteHeads(
  pool: Pool,
  { tenant, group }: Scope,
  heads: ReadonlyMap<number, Head>,
): Promise<void> {
  const all = [...heads];
  await pool.query(
    `insert into mig_look (tenant, grp) values ($1, $2)
     on conflict (tenant, grp) do update set at = now()`,
    [tenant, group],
  );
  await pool.query(
    `update mig_racked r
     set seen_epoch = h.epoch, seen_seq = h.seq, seq = greatest(r.seq, h.f0)
     from unnest($3::int[], $4::int[], $5::bigint[], $6::bigint[]) as h(bucket, epoch, seq, f0)
     where r.tenant = $1 and r.grp = $2 and r.bucket = h.bucket
       and ((r.seen_epoch, r.seen_seq) < (h.epoch, h.seq) or r.seq < h.f0)`,
    [
      ...[tenant, group, all.map(([bucket]) => bucket)],
      all.map(([, head]) => head.epoch),
      all.map(([, head]) => head.seq),
      all.map(([, head]) => (head.auth === 'S' ? head.seq : head.f0)),
    ],
  );
}
