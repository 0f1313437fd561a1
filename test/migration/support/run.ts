import { backfillBuckets, pushBucket } from 'crossgrade/copy';
import { LayerError } from 'crossgrade';
import type { Rig } from './rig.ts';

/** Runs the backfill of every bucket. */
export async function backfill(rig: Rig): Promise<void> {
  const { send, reader, ledger } = rig;
  const { group } = rig.verify;
  const queue = Array.from({ length: send.scope.buckets }, (_, bucket) => bucket);
  const options = { context: send, group, source: reader, ledger };
  await backfillBuckets(options, () => queue.shift());
  for (let bucket = 0; bucket < send.scope.buckets; bucket++) {
    // What the worker does after each bucket: the mirror of the cursor follows the head.
    const head = await send.heads.read(send, bucket);
    await ledger.acknowledge(bucket, [], { epoch: head.epoch, seq: head.seq, cursor: head.bf });
  }
}

/** Pushes until nothing is dirty that can be pushed. Returns how many dirty marks were cleared. */
export async function pushAll(rig: Rig): Promise<number> {
  let total = 0;
  for (;;) {
    let moved = 0;
    for (const [bucket, slice] of await rig.reader.dirty(500)) {
      try {
        const options = { context: rig.send, group: rig.verify.group, ledger: rig.ledger };
        moved += (await pushBucket(options, bucket, slice)).cleared;
      } catch (error) {
        if (!(error instanceof LayerError) || error.code !== 'fence.closed') throw error;
      }
    }
    total += moved;
    if (moved === 0) return total;
  }
}
