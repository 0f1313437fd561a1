import type { Head } from '../bucket/head.ts';
import type { SendContext } from '../copy/send-context.ts';
import type { Comparison } from '../handover/postgres-side.ts';
import type { MemoryPostgres } from './memory-postgres.ts';

/** Looks at a bucket before it counts as different: a send may have ended between the two reads. */
const LOOKS = 3;
const ROUNDS = 60;

/** Every head's digest and count against the rows. Heads first, read strictly; the rows are newer or as new. */
export async function compareWithHeads(
  call: <T>(label: string, effect: () => T) => Promise<T>,
  database: MemoryPostgres,
  send: SendContext,
  shouldStop: () => boolean,
): Promise<Comparison> {
  const heads = new Map<number, Head>();
  let pending = Array.from({ length: database.buckets }, (_, bucket) => bucket);
  const looks = new Map<number, number>();
  for (let round = 0; round < ROUNDS && pending.length > 0; round += 1) {
    if (shouldStop()) return { result: 'abandoned', heads };
    if (round > 0) await send.timing.sleep(Math.min(1_000, 50 * round));
    const again: number[] = [];
    for (const bucket of pending) {
      const head = await send.heads.readStrictly(send, bucket);
      const sum = await call('sums', () => database.sumOf(bucket, send.scope.tenantKey));
      if (head.dg === sum.digest && head.cnt === sum.live) {
        heads.set(bucket, head);
        continue;
      }
      again.push(bucket);
      if (sum.dirty > 0 || head.bf.at !== 'end') continue;
      const after = await send.heads.readStrictly(send, bucket);
      if (after.seq !== head.seq) continue;
      looks.set(bucket, (looks.get(bucket) ?? 0) + 1);
      if (looks.get(bucket) === LOOKS) return { result: 'different', heads };
    }
    pending = again;
  }
  return { result: pending.length === 0 ? 'clean' : 'abandoned', heads };
}
