import { describe, expect, it } from '@jest/globals';
import { newCopyAccount, HeadBook, memoryGovernorStore, UnitAccount } from 'crossgrade/copy';
import { RestCarrier } from 'crossgrade/forge';
import { ForgeRecords, UNCHANGED } from 'crossgrade/live';
import { formatHead, HEAD_ENTITY, headKey, newHead } from '../../storage-migration/bucket/head.ts';
import { END } from '../../storage-migration/bucket/position.ts';
import { memoryForge } from '../../storage-migration/simulation/index.ts';
import { NOTES } from '../../storage-migration/simulation/notes.ts';

const BUCKETS = 1;

/** Records of a tenant whose authority is Forge. `onCall` may hold a request back. */
async function recordsAtForge(
  onCall: (operation: string, send: () => Promise<Response>) => Promise<Response>,
): Promise<ForgeRecords> {
  const handle = memoryForge({ now: () => 0, isBehind: () => false });
  const head = newHead({ epoch: 2, inc: 1, mapv: NOTES.mapping });
  const value = formatHead({ ...head, auth: 'F', bf: END });
  const key = headKey(NOTES.group, 0);
  await handle('/entity/set', JSON.stringify({ key, entityName: HEAD_ENTITY, value }));
  let now = 0;
  const timing = { now: () => (now += 1_000), sleep: () => Promise.resolve() };
  const carrier = new RestCarrier({
    baseUrl: 'http://forge.invalid',
    token: () => Promise.resolve('token'),
    fetch: async (input, init) => {
      const { pathname } = new URL(input instanceof Request ? input.url : input);
      const operation = pathname.replace('/v1', '');
      const body = typeof init?.body === 'string' ? init.body : '';
      return onCall(operation, async () => {
        const answer = await handle(operation, body);
        const text = answer.body === undefined ? null : JSON.stringify(answer.body);
        return new Response(text, { status: answer.status });
      });
    },
  });
  return new ForgeRecords(
    {
      scope: {
        ...{ group: NOTES.group, buckets: BUCKETS, tenantKey: Buffer.alloc(32) },
        ...{ incarnation: 1, mapping: NOTES.mapping },
      },
      ...{ carrier, timing, heads: new HeadBook(), random: () => 0, account: newCopyAccount() },
      units: new UnitAccount(memoryGovernorStore(), timing),
    },
    NOTES,
  );
}

describe('a change whose first attempt is applied late', () => {
  it('is told as made, also when the second attempt sees nothing left to do', async () => {
    let late: (() => Promise<Response>) | undefined;
    let isRough = false;
    const records = await recordsAtForge(async (operation, send) => {
      if (isRough && operation === '/transaction') {
        isRough = false;
        late = send;
        throw new TypeError('timed out');
      }
      // Between the second attempt's look at the head and its look at the record.
      if (operation === '/get' && late !== undefined) {
        const apply = late;
        late = undefined;
        await apply();
      }
      return send();
    });
    await records.change('note:0', 'first', () => ({ m: 'first', p: '-' }));
    isRough = true;
    const result = await records.change('note:0', 'second', (present) =>
      present === undefined ? UNCHANGED : undefined,
    );
    expect(result).toEqual({ kind: 'changed', stored: undefined });
  });

  it('is told as made, also when the second attempt would refuse', async () => {
    let late: (() => Promise<Response>) | undefined;
    let isRough = true;
    const records = await recordsAtForge(async (operation, send) => {
      if (isRough && operation === '/transaction') {
        isRough = false;
        late = send;
        throw new TypeError('timed out');
      }
      if (operation === '/get' && late !== undefined) {
        const apply = late;
        late = undefined;
        await apply();
      }
      return send();
    });
    const result = await records.change('note:0', 'once', (present) => {
      if (present !== undefined) throw new Error('it exists already');
      return { m: 'once', p: '-' };
    });
    expect(result.kind).toBe('changed');
  });
});
