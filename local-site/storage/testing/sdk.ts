import type * as Kvs from '@forge/kvs';
import { createFakeClock, seededRandom } from '../../support/index.ts';
import type { FakeClock } from '../../support/index.ts';
import type { Answer, EntitySchema, UnmodelledRegister } from '../../types.ts';
import { LENIENT_SWITCHES, createForgeStore } from '../index.ts';
import type { LocalForgeStore, StorageLimits, StorageSwitches } from '../index.ts';

type Sdk = Pick<typeof Kvs, keyof typeof Kvs>;

/** A request as the real SDK made it, and what it was answered. */
export interface Exchange {
  readonly path: string;
  readonly body: string;
  readonly status: number;
}

export interface StoreUnderTest {
  readonly store: LocalForgeStore;
  readonly clock: FakeClock;
  readonly installationId: string;
  /** The real @forge/kvs, talking to this store. One store at a time: the package keeps its client. */
  readonly sdk: Sdk;
  /** What went over the wire, in order. */
  readonly exchanges: Exchange[];
  /** A call past the SDK, for what the SDK cannot say. */
  readonly call: (operation: string, body: unknown) => Promise<Answer>;
}

export interface StoreUnderTestOptions {
  readonly file?: string;
  readonly seed?: number;
  readonly clock?: FakeClock;
  /** On top of the lenient reading. */
  readonly switches?: Partial<StorageSwitches>;
  readonly limits?: Partial<StorageLimits>;
  readonly entities?: readonly EntitySchema[];
  readonly register?: UnmodelledRegister;
}

export const INSTALLATION =
  'ari:cloud:ecosystem::installation/3f0c4e5a-0000-4000-8000-000000000001';

/** Makes a store with one installation and points the real SDK of this process at it. */
export async function storeUnderTest(options: StoreUnderTestOptions = {}): Promise<StoreUnderTest> {
  const clock = options.clock ?? createFakeClock();
  const store = createForgeStore({
    file: options.file ?? ':memory:',
    clock,
    random: seededRandom(options.seed ?? 1),
    switches: { ...LENIENT_SWITCHES, ...options.switches },
    ...(options.limits ? { limits: options.limits } : {}),
    ...(options.register ? { register: options.register } : {}),
  });
  store.open(INSTALLATION);
  store.declare(INSTALLATION, options.entities ?? []);
  const exchanges: Exchange[] = [];
  Object.assign(globalThis, {
    __forge_fetch__: async (_target: unknown, path: string, init: { body: string }) => {
      const answer = await store.handle(INSTALLATION, path.replace('/api/v1', ''), init.body);
      exchanges.push({ path, body: init.body, status: answer.status });
      return toResponse(answer);
    },
  });
  return {
    store,
    clock,
    installationId: INSTALLATION,
    sdk: await import('@forge/kvs'),
    exchanges,
    call: (operation, body) => store.handle(INSTALLATION, operation, JSON.stringify(body)),
  };
}

/** The code and status of a refusal, as an app sees it. */
export async function refusalOf(
  work: Promise<unknown>,
): Promise<{ code: string; status: number; message: string }> {
  try {
    await work;
  } catch (error) {
    const { code, message, responseDetails } = error as {
      code: string;
      message: string;
      responseDetails: { status: number };
    };
    return { code, status: responseDetails.status, message };
  }
  throw new Error('The call was expected to be refused, and was not.');
}

function toResponse(answer: Answer): Response {
  const text = answer.body === undefined ? null : JSON.stringify(answer.body);
  return new Response(text, { status: answer.status, headers: { ...answer.headers } });
}
