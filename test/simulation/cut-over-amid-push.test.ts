import { expect, it } from '@jest/globals';
import { HeadBook, memoryGovernorStore, newCopyAccount, UnitAccount } from 'crossgrade/copy';
import { RestCarrier } from 'crossgrade/forge';
import { ForgeRecords } from 'crossgrade/live';
import { formatHead, HEAD_ENTITY, headKey, newHead } from '../../storage-migration/bucket/head.ts';
import { END } from '../../storage-migration/bucket/position.ts';
import { slotOf } from '../../storage-migration/bucket/slot.ts';
import { pushBucket } from '../../storage-migration/copy/push.ts';
import type { SendContext } from '../../storage-migration/copy/send-context.ts';
import { memoryForge } from '../../storage-migration/simulation/index.ts';
import { NOTES } from '../../storage-migration/simulation/notes.ts';

const KEY = 'note:0';
const VERSION = { e: 1, n: 1 };

it('a worker that read the head before a cut-over and the record after it is fenced off; it does not say that Postgres went back', async () => {
  const handle = memoryForge({ now: () => 0, isBehind: () => false });
  const setHead = async (auth: 'P' | 'F', epoch: number): Promise<void> => {
    const head = newHead({ epoch, inc: 1, mapv: NOTES.mapping });
    const value = formatHead({ ...head, auth, bf: END });
    const key = headKey(NOTES.group, 0);
    await handle('/entity/set', JSON.stringify({ key, entityName: HEAD_ENTITY, value }));
  };
  let amidPush: (() => Promise<void>) | undefined;
  const process = (): SendContext => {
    let now = 0;
    const timing = { now: () => (now += 1_000), sleep: () => Promise.resolve() };
    return {
      scope: {
        ...{ group: NOTES.group, buckets: 1, tenantKey: Buffer.alloc(32) },
        ...{ incarnation: 1, mapping: NOTES.mapping },
      },
      carrier: new RestCarrier({
        baseUrl: 'http://forge.invalid',
        token: () => Promise.resolve('token'),
        fetch: async (input, init) => {
          const { pathname } = new URL(input instanceof Request ? input.url : input);
          const operation = pathname.replace('/v1', '');
          const then = operation === '/get' ? amidPush : undefined;
          if (then !== undefined) {
            amidPush = undefined;
            await then();
          }
          const body = typeof init?.body === 'string' ? init.body : '';
          const { status, body: answer } = await handle(operation, body);
          return new Response(answer === undefined ? null : JSON.stringify(answer), { status });
        },
      }),
      ...{ timing, heads: new HeadBook(), random: () => 0, account: newCopyAccount() },
      units: new UnitAccount(memoryGovernorStore(), timing),
    };
  };
  await setHead('P', 1);
  amidPush = async () => {
    await setHead('F', 2);
    await new ForgeRecords(process(), NOTES).change(KEY, 'm', () => ({ m: 'm', p: '-' }));
  };
  const ledger = {
    acknowledge: () => Promise.resolve(0),
    setAside: () => Promise.resolve(),
    present: () => Promise.resolve(new Map([[KEY, VERSION]])),
  };
  const row = {
    key: KEY,
    slot: slotOf(KEY),
    version: VERSION,
    deleted: false,
    row: { m: 'a', p: '-' },
  };
  const pushed = pushBucket({ context: process(), group: NOTES, ledger }, 0, {
    ...{ epoch: 1, rows: [row], last: true },
  });
  await expect(pushed).rejects.toMatchObject({ code: 'fence.closed' });
});
