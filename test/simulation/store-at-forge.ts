import { HeadBook, memoryGovernorStore, newCopyAccount, UnitAccount } from 'crossgrade/copy';
import { RestCarrier } from 'crossgrade/forge';
import { ForgeRecords, type TargetMemory } from 'crossgrade/live';
import {
  formatHead,
  HEAD_ENTITY,
  headKey,
  newHead,
  parseHead,
} from '../../storage-migration/bucket/head.ts';
import { END } from '../../storage-migration/bucket/position.ts';
import type { Move } from '../../storage-migration/handover/moves.ts';
import { memoryForge } from '../../storage-migration/simulation/index.ts';
import { NOTES } from '../../storage-migration/simulation/notes.ts';

/** What becomes of a call: `send` carries it out and gives the answer. */
export type OnCall = (
  operation: string,
  send: () => Promise<Response>,
  body: string,
) => Promise<Response>;

/** A store whose authority is Forge, and processes that write there, each with its own memory or none. */
export async function storeAtForge(onCall: OnCall = (_, send) => send(), buckets = 1) {
  const handle = memoryForge({ now: () => 0, isBehind: () => false });
  const at = (bucket: number) => ({
    ...{ key: headKey(NOTES.group, bucket), entityName: HEAD_ENTITY },
  });
  const setHead = async (auth: 'F' | 'P', epoch: number, bucket = 0): Promise<void> => {
    const head = newHead({ epoch, inc: 1, mapv: NOTES.mapping });
    const value = formatHead({ ...head, auth, bf: END });
    await handle('/entity/set', JSON.stringify({ ...at(bucket), value }));
  };
  for (let bucket = 0; bucket < buckets; bucket += 1) await setHead('F', 2, bucket);
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
      const send = async (): Promise<Response> => {
        const answer = await handle(operation, body);
        const text = answer.body === undefined ? null : JSON.stringify(answer.body);
        return new Response(text, { status: answer.status });
      };
      return onCall(operation, send, body);
    },
  });
  const context = {
    scope: {
      ...{ group: NOTES.group, buckets, tenantKey: Buffer.alloc(32) },
      ...{ incarnation: 1, mapping: NOTES.mapping },
    },
    ...{ carrier, timing, heads: new HeadBook(), random: () => 0, account: newCopyAccount() },
    units: new UnitAccount(memoryGovernorStore(), timing),
  };
  return {
    setHead,
    /** As a hand-over does it, with nobody in the way. */
    moveHead: async (bucket: number, move: Move): Promise<void> => {
      const { body } = await handle('/entity/get', JSON.stringify(at(bucket)));
      const head = parseHead((body as { value: unknown }).value, at(bucket).key);
      const next = move(head, bucket);
      if (next === undefined) throw new Error('the move is not for this head');
      const value = formatHead(next);
      await handle('/entity/set', JSON.stringify({ ...at(bucket), value }));
    },
    handle,
    context,
    records: (memory?: TargetMemory, isElsewhere?: () => Promise<boolean>) =>
      new ForgeRecords(context, NOTES, memory, isElsewhere),
    /** What was asked of Forge since the last time. */
    asked: () => calls.splice(0),
  };
}
