import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  HeadBook,
  memoryGovernorStore,
  newCopyAccount,
  UnitAccount,
  type SendContext,
} from 'crossgrade/copy';
import { RestCarrier } from 'crossgrade/forge';
import { createForgeStore, type LocalForgeStore } from 'crossgrade-local-site/storage';
import { createFakeClock, seededRandom } from '../local-site/support/index.ts';
import { ENTITIES } from '../test/migration/support/entities.ts';
import { formatHead, HEAD_ENTITY, headKey, newHead } from '../storage-migration/bucket/head.ts';

export interface CopyRig {
  readonly store: LocalForgeStore;
  readonly installationId: string;
  readonly send: SendContext;
  /** One call on the wire, past the layer: what the peers use. Waits out every 429 on the virtual clock. */
  call(operation: string, body: unknown): Promise<void>;
  /** Virtual milliseconds since the start. */
  elapsedMs(): number;
  close(): void;
}

/** The store in this process, on a clock that moves when somebody waits. `quotas: false` measures CPU alone. */
export async function copyRig(buckets: number, quotas: boolean): Promise<CopyRig> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-copy-'));
  const clock = createFakeClock();
  const started = clock.now();
  const store = createForgeStore({
    file: join(folder, 'store.sqlite'),
    clock,
    random: seededRandom(1),
    limits: { quotas },
  });
  const installationId = `ari:cloud:ecosystem::installation/${randomUUID()}`;
  store.open(installationId);
  store.declare(installationId, ENTITIES);
  let turn = Promise.resolve();
  const sleep = (ms: number): Promise<void> => {
    const until = clock.now() + ms;
    return (turn = turn.then(() =>
      clock.now() < until ? clock.advanceAsync(until - clock.now()) : undefined,
    ));
  };
  const timing = { now: () => clock.now(), sleep };
  const wire: typeof fetch = async (input, init) => {
    const { pathname } = new URL(input instanceof Request ? input.url : input);
    const body = typeof init?.body === 'string' ? init.body : '';
    const answer = await store.handle(installationId, pathname.replace('/v1', ''), body);
    const text = answer.body === undefined ? null : JSON.stringify(answer.body);
    return new Response(text, { status: answer.status });
  };
  const unlimited = { unitsPerMinute: 1e9 };
  const send: SendContext = {
    scope: { group: 'bench', buckets, tenantKey: Buffer.alloc(32, 7), incarnation: 1, mapping: 1 },
    carrier: new RestCarrier({
      baseUrl: 'http://forge.invalid',
      token: () => Promise.resolve('token'),
      fetch: wire,
    }),
    units: new UnitAccount(memoryGovernorStore(), timing, {
      backfillShare: 0.95,
      totalShare: 0.97,
      ...(quotas ? {} : unlimited),
    }),
    timing,
    heads: new HeadBook(),
    random: Math.random,
    account: newCopyAccount(),
  };
  for (let bucket = 0; bucket < buckets; bucket++) {
    const head = newHead({ epoch: 1, inc: 1, mapv: 1, buckets });
    await send.units.take({ kind: 'write', units: 1, priority: 'repair' });
    await send.carrier.create(
      { key: headKey('bench', bucket), entity: HEAD_ENTITY },
      formatHead(head),
    );
  }
  return {
    store,
    installationId,
    send,
    async call(operation, body) {
      const text = JSON.stringify(body);
      for (;;) {
        const answer = await store.handle(installationId, operation, text);
        if (answer.status !== 429) {
          if (answer.status >= 300)
            throw new Error(`${operation}: ${answer.status} ${JSON.stringify(answer.body)}`);
          return;
        }
        await sleep(1_000);
      }
    },
    elapsedMs: () => clock.now() - started,
    close() {
      store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
