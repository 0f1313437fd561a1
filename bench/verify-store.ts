import { randomUUID } from 'node:crypto';
import {
  HeadBook,
  memoryGovernorStore,
  newCopyAccount,
  UnitAccount,
  type SendContext,
} from 'crossgrade/copy';
import { RestCarrier } from 'crossgrade/forge';
import { createForgeStore } from 'crossgrade-local-site/storage';
import { createFakeClock, seededRandom } from '../local-site/support/index.ts';
import { END } from '../storage-migration/bucket/position.ts';
import { xorDigest } from '../storage-migration/bucket/digest.ts';
import {
  formatHead,
  HEAD_ENTITY,
  headKey,
  newHead,
  type Head,
} from '../storage-migration/bucket/head.ts';
import { Sketch, symbolOf, type Symbol64 } from '../storage-migration/bucket/sketch.ts';
import { bucketOf } from '../storage-migration/bucket/slot.ts';
import type { Outgoing } from '../storage-migration/record/outgoing.ts';
import { ENTITIES } from '../test/migration/support/entities.ts';
import { madeRecord, TENANT_KEY } from './verify-records.ts';

const FIRST = { e: 1, n: 1 };
/** Longer than any read of the store lags behind. */
const SETTLED_MS = 60_000;

/** A target of `count` records, as a copy would have left it. */
export interface VerifyStore {
  readonly send: SendContext;
  /** Puts something else than the first version into a record's place; undefined: nothing is there. */
  plant(n: number, item: Outgoing | undefined): Promise<void>;
  /** Writes the heads that go with what is planted. */
  settle(): Promise<void>;
  /** Read units and read requests so far, as the store charges them. */
  usage(): { readonly units: number; readonly requests: number };
  /** Makes sure that the store holds these records. */
  hold(numbers: readonly number[]): Promise<void>;
  close(): void;
}

/**
 * The local site's store with the heads of all records. A record itself is put there when it is first read: of a million,
 * few are. What a read costs is what the store charges for its answer, the same as if all were there.
 */
export function verifyStore(count: number, buckets: number, capacity?: number): VerifyStore {
  const clock = createFakeClock();
  const store = createForgeStore({
    ...{ file: ':memory:', clock, random: seededRandom(3), limits: { quotas: false } },
  });
  const installation = `ari:cloud:ecosystem::installation/${randomUUID()}`;
  store.open(installation);
  store.declare(installation, ENTITIES);
  const call = async (operation: string, body: unknown): Promise<void> => {
    const answer = await store.handle(installation, operation, JSON.stringify(body));
    if (answer.status >= 300) throw new Error(`${operation}: ${JSON.stringify(answer.body)}`);
  };
  const heads = headsOf(count, buckets, capacity);
  const planted = new Set<number>();
  const held = new Set<number>();
  let requests = 0;

  const put = async ({ forgeKey: key, entity: entityName, json }: Outgoing): Promise<void> =>
    call('/entity/set', { key, entityName, value: JSON.parse(json ?? '') as unknown });
  const hold = async (numbers: readonly number[]): Promise<void> => {
    for (const n of numbers) {
      if (held.has(n) || planted.has(n)) continue;
      held.add(n);
      await put(madeRecord(n, FIRST));
    }
  };
  const wire: typeof fetch = async (input, init) => {
    const { pathname } = new URL(input instanceof Request ? input.url : input);
    const body = typeof init?.body === 'string' ? init.body : '';
    requests += 1;
    const before = held.size;
    await hold([...body.matchAll(/"list:(\d+)"/g)].map(([, n]) => Number(n)));
    // Put there now, it was there long ago.
    if (held.size > before) await clock.advanceAsync(SETTLED_MS);
    const answer = await store.handle(installation, pathname.replace('/v1', ''), body);
    return new Response(answer.body === undefined ? null : JSON.stringify(answer.body), {
      status: answer.status,
    });
  };
  const timing = { now: () => clock.now(), sleep: (ms: number) => clock.advanceAsync(ms) };
  return {
    hold,
    send: {
      scope: { group: 'bench', buckets, tenantKey: TENANT_KEY, incarnation: 1, mapping: 1 },
      carrier: new RestCarrier({
        baseUrl: 'http://forge.invalid',
        token: () => Promise.resolve('token'),
        fetch: wire,
      }),
      units: new UnitAccount(memoryGovernorStore(), timing, { unitsPerMinute: 1e9 }),
      timing,
      heads: new HeadBook(),
      random: Math.random,
      account: newCopyAccount(),
    },
    async plant(n, item) {
      planted.add(n);
      const before = madeRecord(n, FIRST);
      change(heads, buckets, before, -1);
      if (item === undefined) return;
      change(heads, buckets, item, 1);
      await put(item);
    },
    async settle() {
      for (const [bucket, head] of heads.entries()) {
        const value = formatHead(head);
        await call('/entity/set', {
          key: headKey('bench', bucket),
          entityName: HEAD_ENTITY,
          value,
        });
      }
      await clock.advanceAsync(SETTLED_MS);
    },
    usage: () => ({ units: store.usage(installation).readUnits, requests }),
    close: () => store.close(),
  };
}

/** The heads of all records in their first version. `capacity`: of each sketch. (Default: as the layer has it) */
function headsOf(count: number, buckets: number, capacity?: number): Head[] {
  const sums = Array.from({ length: buckets }, () => ({
    symbols: [] as Symbol64[],
    digest: new Uint32Array(4),
  }));
  for (let n = 1; n <= count; n += 1) {
    const { key, hash, slot } = madeRecord(n, FIRST);
    const sum = sums[bucketOf(slot, buckets)];
    sum?.symbols.push(symbolOf(key, hash));
    sum?.digest.forEach((word, at) => {
      sum.digest[at] = word ^ parseInt(hash.slice(at * 8, at * 8 + 8), 16);
    });
  }
  return sums.map(({ symbols, digest }) => {
    const fresh = newHead({ epoch: 1, inc: 1, mapv: 1 });
    const sk = capacity === undefined ? fresh.sk : Sketch.empty(capacity);
    const dg = [...digest].map((word) => word.toString(16).padStart(8, '0')).join('');
    const filled = sk.toggled(symbols);
    return { ...fresh, dg, sk: filled, cnt: symbols.length, seq: 1, bf: END };
  });
}

function change(heads: Head[], buckets: number, { key, slot, hash }: Outgoing, by: 1 | -1): void {
  const bucket = bucketOf(slot, buckets);
  const head = heads[bucket];
  if (head === undefined) throw new RangeError(`no bucket ${bucket}`);
  const sk = head.sk.toggled([symbolOf(key, hash)]);
  heads[bucket] = { ...head, sk, cnt: head.cnt + by, dg: xorDigest(head.dg, hash) };
}
