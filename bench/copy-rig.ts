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
import {
  createForgeStore,
  FIELD_LATENCY,
  type LocalForgeStore,
} from 'crossgrade-local-site/storage';
import { createFakeClock, seededRandom } from '../local-site/support/index.ts';
import { ENTITIES } from '../test/migration/support/entities.ts';
import { formatHead, HEAD_ENTITY, headKey, newHead } from '../storage-migration/bucket/head.ts';

export interface CopyRig {
  readonly store: LocalForgeStore;
  readonly installationId: string;
  readonly send: SendContext;
  /** Another process at the same installation: the same quota and the same account of it, its own memory of heads. */
  another(group: string, buckets: number): SendContext;
  /** One call on the wire, past the layer: what the peers use. Waits out every 429 on the virtual clock; returns how many. */
  call(operation: string, body: unknown): Promise<number>;
  /** Resolves after so much virtual time. */
  sleep(ms: number): Promise<void>;
  /** Lets virtual time pass whenever everybody waits for it, until the work is done. */
  drive<T>(work: Promise<T>): Promise<T>;
  /** Virtual milliseconds since the start. */
  elapsedMs(): number;
  close(): void;
}

export interface CopyRigOptions {
  readonly buckets: number;
  /** False measures CPU alone. */
  readonly quotas: boolean;
  /** Share of the quota that copying may use. */
  readonly share: number;
  /** Whether calls take as long as was seen on the real platform. (Default: no time) */
  readonly isSlow?: boolean;
}

/** The store in this process, on a clock that moves when everybody waits. */
export async function copyRig(options: CopyRigOptions): Promise<CopyRig> {
  const { buckets, quotas, share, isSlow = false } = options;
  const folder = mkdtempSync(join(tmpdir(), 'bench-copy-'));
  const clock = createFakeClock();
  const started = clock.now();
  const store = createForgeStore({
    file: join(folder, 'store.sqlite'),
    clock,
    random: seededRandom(1),
    limits: { quotas },
    switches: isSlow ? FIELD_LATENCY : {},
  });
  const installationId = `ari:cloud:ecosystem::installation/${randomUUID()}`;
  store.open(installationId);
  store.declare(installationId, ENTITIES);
  const sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      clock.after(Math.max(1, ms), resolve);
    });
  const drive = async <T>(work: Promise<T>): Promise<T> => {
    let left = 1;
    const over = (): void => void (left = 0);
    work.then(over, over);
    while (left > 0) {
      // The second turn of the machine's loop is for answers whose text is read as a stream.
      await new Promise((resolve) => setImmediate(resolve));
      await new Promise((resolve) => setImmediate(resolve));
      const next = clock.next();
      if (next !== undefined) clock.advance(Math.max(0, next - clock.now()));
    }
    return work;
  };
  const timing = { now: () => clock.now(), sleep };
  const wire: typeof fetch = async (input, init) => {
    const { pathname } = new URL(input instanceof Request ? input.url : input);
    const body = typeof init?.body === 'string' ? init.body : '';
    const answer = await store.handle(installationId, pathname.replace('/v1', ''), body);
    const text = answer.body === undefined ? null : JSON.stringify(answer.body);
    return new Response(text, { status: answer.status });
  };
  const governor = memoryGovernorStore();
  const another = (group: string, count: number): SendContext => ({
    scope: {
      ...{ group, buckets: count, tenantKey: Buffer.alloc(32, 7), incarnation: 1, mapping: 1 },
    },
    carrier: new RestCarrier({
      baseUrl: 'http://forge.invalid',
      token: () => Promise.resolve('token'),
      // Real time: nothing that happens on the virtual clock takes as long.
      timeoutMs: 600_000,
      fetch: wire,
    }),
    units: new UnitAccount(governor, timing, {
      backfillShare: share,
      // With all of the quota allowed, as much again as a fixed minute forgives.
      totalShare: Math.max(0.95, Math.min(1, share + 0.02)),
      ...(quotas ? {} : { unitsPerMinute: 1e9 }),
    }),
    timing,
    heads: new HeadBook(),
    random: seededRandom(2),
    account: newCopyAccount(),
  });
  const send = another('bench', buckets);
  await drive(
    (async () => {
      for (let bucket = 0; bucket < buckets; bucket++) {
        const head = newHead({ epoch: 1, inc: 1, mapv: 1 });
        await send.units.take({ kind: 'write', units: 1, priority: 'repair' });
        await send.carrier.create(
          { key: headKey('bench', bucket), entity: HEAD_ENTITY },
          formatHead(head),
        );
      }
    })(),
  );
  return {
    store,
    installationId,
    send,
    another,
    sleep,
    drive,
    async call(operation, body) {
      const text = JSON.stringify(body);
      for (let refused = 0; ; refused += 1) {
        const answer = await store.handle(installationId, operation, text);
        if (answer.status !== 429) {
          if (answer.status >= 300)
            throw new Error(`${operation}: ${answer.status} ${JSON.stringify(answer.body)}`);
          return refused;
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
