import { HeadBook, memoryGovernorStore, newCopyAccount, UnitAccount } from 'crossgrade/copy';
import { RestCarrier } from 'crossgrade/forge';
import { ForgeRecords, type TargetMemory } from 'crossgrade/live';
import { formatHead, HEAD_ENTITY, headKey, newHead } from '../../storage-migration/bucket/head.ts';
import { END } from '../../storage-migration/bucket/position.ts';
import { memoryForge } from '../../storage-migration/simulation/index.ts';
import { NOTES } from '../../storage-migration/simulation/notes.ts';

/** What becomes of a call: `send` carries it out and gives the answer. */
export type OnCall = (operation: string, send: () => Promise<Response>) => Promise<Response>;

/** A store of one bucket whose authority is Forge, and processes that write there, each with its own memory or none. */
export async function storeAtForge(onCall: OnCall = (_, send) => send()) {
  const handle = memoryForge({ now: () => 0, isBehind: () => false });
  const at = { key: headKey(NOTES.group, 0), entityName: HEAD_ENTITY };
  const setHead = async (auth: 'F' | 'P', epoch: number): Promise<void> => {
    const head = newHead({ epoch, inc: 1, mapv: NOTES.mapping });
    const value = formatHead({ ...head, auth, bf: END });
    await handle('/entity/set', JSON.stringify({ ...at, value }));
  };
  await setHead('F', 2);
  const calls: string[] = [];
  let now = 0;
  const sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => void setTimeout(resolve, ms).unref());
  const timing = { now: () => (now += 1_000), sleep };
  const carrier = new RestCarrier({
    baseUrl: 'http://forge.invalid',
    token: () => Promise.resolve('token'),
    fetch: async (input, init) => {
      const { pathname } = new URL(input instanceof Request ? input.url : input);
      const operation = pathname.replace('/v1', '');
      const body = typeof init?.body === 'string' ? init.body : '';
      calls.push(operation);
      return onCall(operation, async () => {
        const answer = await handle(operation, body);
        const text = answer.body === undefined ? null : JSON.stringify(answer.body);
        return new Response(text, { status: answer.status });
      });
    },
  });
  const context = {
    scope: {
      ...{ group: NOTES.group, buckets: 1, tenantKey: Buffer.alloc(32) },
      ...{ incarnation: 1, mapping: NOTES.mapping },
    },
    ...{ carrier, timing, heads: new HeadBook(), random: () => 0, account: newCopyAccount() },
    units: new UnitAccount(memoryGovernorStore(), timing),
  };
  return {
    setHead,
    records: (memory?: TargetMemory) => new ForgeRecords(context, NOTES, memory),
    /** What was asked of Forge since the last time. */
    asked: () => calls.splice(0),
  };
}
