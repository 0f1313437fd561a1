import { formatHead, HEAD_ENTITY, headKey, newHead } from '../bucket/head.ts';
import { END, START } from '../bucket/position.ts';
import { HeadBook } from '../copy/head-book.ts';
import { newCopyAccount, type SendContext, type TargetScope } from '../copy/send-context.ts';
import { memoryGovernorStore, UnitAccount } from '../copy/unit-account.ts';
import { RestCarrier } from '../forge/rest.ts';
import type { OperationsContext } from '../handover/operations-side.ts';
import { ForgeMirror, type ForgeEffect } from './forge-mirror.ts';
import { seededRandom, type Choices } from './choices.ts';
import { connect, type Connection } from './connection.ts';
import { History, type Value } from './history.ts';
import type { HandleWire, WireAnswer } from './memory-forge.ts';
import { MemoryPostgres } from './memory-postgres.ts';
import { networkOf } from './network.ts';
import { NOTES } from './notes.ts';
import type { FaultRates, Plan } from './plan.ts';
import { Process, Scheduler } from './scheduler.ts';

export const SCOPE = { tenant: 'tenant', group: NOTES.group };
const TENANT_KEY = Buffer.alloc(32, 7);

/** A step that had an effect, by the name it has in the model. */
export interface Observed {
  readonly step:
    | ForgeEffect['step']
    | 'write'
    | 'delete'
    | 'snapshot'
    | 'acknowledge'
    | 'close'
    | 'open'
    | 'reopen'
    | 'reverse'
    | 'forget';
  readonly bucket?: number;
}

/** A process with what it works with. Its memory is its own; a restarted one begins anew. */
export interface Actor {
  readonly process: Process;
  readonly connection: Connection;
  readonly context: OperationsContext;
}

export interface WorldOptions {
  readonly plan: Plan;
  readonly choices: Choices;
  /** Makes the store under test. */
  readonly makeStore: (world: {
    readonly now: () => number;
    readonly isBehind: () => boolean;
  }) => HandleWire;
  readonly onObserved?: (observed: Observed, world: World) => void;
}

/** One tenant between a Postgres and a Forge that exist only here, with everything that can go wrong between them. */
export class World {
  readonly plan: Plan;
  readonly choices: Choices;
  readonly scheduler: Scheduler;
  readonly history = new History();
  readonly database: MemoryPostgres;
  readonly mirror: ForgeMirror;
  readonly keys: readonly string[];
  readonly counts = {
    cutovers: 0,
    aborts: 0,
    rollbacks: 0,
    resumes: 0,
    recoveries: 0,
    settled: 0,
    pauses: 0,
    finals: 0,
    partsSwept: 0,
    reversed: 0,
  };
  readonly faults: Record<string, number> = {};
  /** Epochs at which somebody has sent a flip, lost ones too: at those a closed gate must not open again. */
  readonly flipsSent = new Set<number>();
  readonly target: TargetScope;
  readonly #handle: HandleWire;
  readonly #onObserved: WorldOptions['onObserved'];
  readonly #random: () => number;
  readonly #begun: number;

  constructor(options: WorldOptions) {
    const { plan, choices } = options;
    this.plan = plan;
    this.choices = choices;
    this.#onObserved = options.onObserved;
    this.#random = seededRandom(plan.seed);
    this.scheduler = new Scheduler({
      ...{ choices, stepMs: plan.stepMs, crash: plan.faults.crash, stall: plan.faults.stall },
      ...{ crashAt: plan.crashAt, mayCrash: (process) => !process.name.startsWith('closing') },
    });
    this.#begun = this.scheduler.now;
    this.database = new MemoryPostgres(plan.buckets);
    this.target = {
      ...{ group: NOTES.group, buckets: plan.buckets, tenantKey: TENANT_KEY },
      ...{ incarnation: this.database.incarnation, mapping: NOTES.mapping },
    };
    this.keys = keysOf(plan, this.database);
    this.mirror = new ForgeMirror(
      ...([this.target, this.keys, this.history, this.database] as const),
    );
    this.#handle = options.makeStore({
      now: () => this.scheduler.now,
      isBehind: () => this.isRough && this.fault('behind', plan.faults.behind),
    });
  }

  get isRough(): boolean {
    return this.scheduler.isRough;
  }

  /** The system token has run out: whoever works outside Forge is refused. Functions have their own way. */
  get isTokenGone(): boolean {
    const { tokenGone } = this.plan;
    const passed = this.scheduler.now - this.#begun;
    return tokenGone !== undefined && passed >= tokenGone.from && passed < tokenGone.to;
  }

  /** Virtual time until the token is there again. */
  get tokenBackInMs(): number {
    return this.isTokenGone
      ? (this.plan.tokenGone?.to ?? 0) - (this.scheduler.now - this.#begun)
      : 0;
  }

  /** Whether this fault happens now. */
  fault(kind: keyof FaultRates, rate: number): boolean {
    if (!this.isRough || !this.choices.chance(rate)) return false;
    this.faults[kind] = (this.faults[kind] ?? 0) + 1;
    return true;
  }

  observe(observed: Observed): void {
    this.#onObserved?.(observed, this);
  }

  /** A request reaches Forge. */
  async arrive(operation: string, body: string): Promise<WireAnswer> {
    this.scheduler.busy += 1;
    try {
      const answer = await this.#handle(operation, body);
      if (operation === '/transaction' && answer.status < 300) {
        for (const effect of this.mirror.applied(JSON.parse(body) as object)) this.observe(effect);
      }
      if (operation === '/set' && answer.status < 300)
        this.mirror.parts.created(JSON.parse(body) as never);
      return answer;
    } finally {
      this.scheduler.busy -= 1;
    }
  }

  /** A user's transaction commits in Postgres. */
  acceptInPostgres(key: string, mutation: string, value: Value | undefined): void {
    const bucket = this.database.bucketOf(key);
    const head = this.mirror.heads.get(bucket);
    if (head !== undefined && head.auth !== 'P') {
      this.history.fail('two authorities', `${key} in Postgres while its head is ${head.auth}`);
    }
    const version = this.database.write(key, value);
    this.history.accept({ key, version, mutation, by: 'P', value });
    this.observe({ step: value === undefined ? 'delete' : 'write', bucket });
  }

  /** Records that were there before, and the heads. */
  async enrol(): Promise<void> {
    for (const index of this.plan.existing) {
      const key = this.keys[index];
      if (key === undefined) continue;
      const value = { m: `seed-${index}`, p: '-' };
      this.history.accept({
        ...{ key, mutation: value.m, by: 'P', value },
        version: { e: 1, n: 1 },
      });
      this.database.rows.set(key, { version: { e: 1, n: 1 }, value });
    }
    this.database.enrol();
    const { buckets, incarnation, mapping } = this.target;
    for (let bucket = 0; bucket < buckets; bucket += 1) {
      const isEmpty = this.database.racked(bucket).cursor.at === 'end';
      const fresh = newHead({ epoch: 1, inc: incarnation, mapv: mapping, buckets });
      const head = formatHead({ ...fresh, bf: isEmpty ? END : START });
      const item = { key: headKey(NOTES.group, bucket), entityName: HEAD_ENTITY, value: head };
      await this.#handle('/entity/set', JSON.stringify(item));
      const { epoch, auth, seq, f0, bf } = head;
      this.mirror.heads.set(bucket, { epoch, auth, seq, f0, bf });
    }
  }

  /** A new process with everything the layer asks for. `inForge`: a function, which needs no token. */
  start(name: string, inForge = false): Actor {
    const process = new Process(name);
    const { scheduler } = this;
    const timing = {
      now: () => scheduler.now,
      sleep: (ms: number) => scheduler.sleep(process, ms),
    };
    const send: SendContext = {
      scope: this.target,
      carrier: new RestCarrier({
        baseUrl: 'http://forge.invalid',
        token: () => Promise.resolve(this.isTokenGone && !inForge ? undefined : 'token'),
        // Time-outs are the network's to decide.
        timeoutMs: 2 ** 31 - 1,
        fetch: networkOf(this, process),
      }),
      units: new UnitAccount(memoryGovernorStore(), timing, { unitsPerMinute: 10_000_000 }),
      timing,
      heads: new HeadBook(),
      random: this.#random,
      account: newCopyAccount(),
    };
    for (let bucket = 0; bucket < this.plan.buckets; bucket += 1) {
      const { seen } = this.database.racked(bucket);
      send.heads.recall(bucket, seen.e, seen.n);
    }
    const connection = connect(this, process);
    const { postgres, ledger, operations } = connection;
    const context = { scope: SCOPE, group: NOTES, send, ledger, postgres, operations };
    return { process, connection, context };
  }
}

/** Keys of both types. `spread`: one a bucket. */
function keysOf(plan: Plan, database: MemoryPostgres): readonly string[] {
  const name = (i: number): string => `${i % 2 === 0 ? 'note' : 'card'}:${i}`;
  if (!plan.spread) return Array.from({ length: plan.keys }, (_, i) => name(i));
  const keys: string[] = [];
  for (let i = 0; keys.length < plan.buckets; i += 1) {
    if (database.bucketOf(name(i)) === keys.length) keys.push(name(i));
  }
  return keys;
}
