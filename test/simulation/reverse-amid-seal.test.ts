import { describe, expect, it } from '@jest/globals';
import { newHead } from '../../storage-migration/bucket/head.ts';
import { formatLogEntry, logKey } from '../../storage-migration/forge/log-entry.ts';
import type { HandoverContext } from '../../storage-migration/handover/handover-context.ts';
import { reverseBucket, type Reversed } from '../../storage-migration/handover/reverse.ts';
import { NOTES } from '../../storage-migration/simulation/notes.ts';
import { storeAtForge } from './store-at-forge.ts';

const HEAD = { ...newHead({ epoch: 2, inc: 1, mapv: NOTES.mapping }), auth: 'F' as const, seq: 1 };

/** A log that names a record which is not stored any more. `later`: how far the bucket has come back when that is noticed. */
async function reverseAt(later: number): Promise<Reversed> {
  const { handle, context: send } = await storeAtForge();
  const value = formatLogEntry({
    records: [{ key: 'note:0', version: { e: 2, n: 2 } }],
    mutation: 'm',
  });
  const set = [{ key: logKey(NOTES.group, 0, 1), value }];
  await handle('/transaction', JSON.stringify({ set }));
  let looks = 0;
  const postgres = {
    positions: () => Promise.resolve(new Map([[0, (looks += 1) === 1 ? 0 : later]])),
    applyReverse: () => Promise.reject(new Error('nothing is to be written')),
  };
  const context: Pick<HandoverContext, 'scope' | 'group' | 'send'> & {
    readonly postgres: Pick<HandoverContext['postgres'], 'positions' | 'applyReverse'>;
  } = { scope: { tenant: 'tenant', group: NOTES.group }, group: NOTES, send, postgres };
  return reverseBucket(context as HandoverContext, 0, HEAD);
}

describe('a worker that brings back while the tenant is sealed', () => {
  it('does not say that Forge went back when the record was brought back and deleted meanwhile', async () => {
    expect(await reverseAt(1)).toEqual({ applied: 0, position: 1 });
  });

  it('says so when nobody has brought it back', async () => {
    await expect(reverseAt(0)).rejects.toMatchObject({ code: 'head.regressed' });
  });
});
