import { formatHead, HEAD_ENTITY, headKey, newHead } from '../bucket/head.ts';
import { END, START } from '../bucket/position.ts';
import type { TargetScope } from '../copy/reach.ts';
import type { SurvivingSide } from '../handover/operations-side.ts';
import { ForgeMirror, type ForgeEffect } from './forge-mirror.ts';
import { seededRandom, type Choices } from './choices.ts';
import { History, type Value } from './history.ts';
import { Installation } from './installation.ts';
import type { HandleWire } from './memory-forge.ts';
import { MemoryPostgres } from './memory-postgres.ts';
import { NOTES } from './notes.ts';
import type { FaultRates, Plan } from './plan.ts';
import { Scheduler } from './scheduler.ts';
import type { Version } from '../terms.ts';
import type { WireAnswer } from './memory-forge.ts';

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
    | 'forget'
    | 'erase'
    | 'reportErased'
    | 'terminate';
  readonly bucket?: number;
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
  /** The present one. */
  installation: Installation;
  /** Erasing deletes of Postgres so far. */
  erases = 0;
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
    erasures: 0,
    terminations: 0,
    reinstalls: 0,
    partsSwept: 0,
    reversed: 0,
  };
  readonly faults: Record<string, number> = {};
  /** Epochs at which somebody has sent a flip, lost ones too: at those a closed gate must not open again. */
  readonly flipsSent = new Set<number>();
  readonly #makeStore: WorldOptions['makeStore'];
  readonly #onObserved: WorldOptions['onObserved'];
  /** 0…1, for the jitter of waits. */
  readonly random: () => number;
  readonly #begun: number;

  constructor(options: WorldOptions) {
    const { plan, choices } = options;
    this.plan = plan;
    this.choices = choices;
    this.#onObserved = options.onObserved;
    this.random = seededRandom(plan.seed);
    this.scheduler = new Scheduler({
      ...{ choices, stepMs: plan.stepMs, crash: plan.faults.crash, stall: plan.faults.stall },
      ...{ crashAt: plan.crashAt, mayCrash: (process) => !process.name.startsWith('closing') },
    });
    this.#begun = this.scheduler.now;
    this.database = new MemoryPostgres(plan.buckets);
    this.keys = keysOf(plan, this.database);
    this.#makeStore = options.makeStore;
    this.installation = this.#install(1);
  }

  get mirror(): ForgeMirror {
    return this.installation.mirror;
  }

  /** What the tenant's target is, as Postgres names it now. */
  get target(): TargetScope {
    return {
      ...{ group: NOTES.group, buckets: this.plan.buckets, tenantKey: TENANT_KEY },
      ...{ incarnation: this.database.incarnation, mapping: NOTES.mapping },
    };
  }

  #install(number: number): Installation {
    const handle = this.#makeStore({
      now: () => this.scheduler.now,
      isBehind: () => this.isRough && this.fault('behind', this.plan.faults.behind),
    });
    const mirror = new ForgeMirror(this.target, this.keys, this.history, this.database);
    return new Installation(number, handle, mirror);
  }

  /** The app is removed and installed again: an empty storage. Only for a tenant that was terminated, and once for each time. */
  reinstall(): void {
    const { database } = this;
    if (database.condition !== 'terminated') return;
    if (database.installation !== this.installation.number) return;
    this.installation.isRemoved = true;
    this.installation = this.#install(this.installation.number + 1);
    this.counts.reinstalls += 1;
  }

  /** A tenant was terminated. Where Postgres was opened without Forge, the app is gone and what had not come back is lost. */
  ended({ isForced }: Parameters<SurvivingSide['survive']>[0]): void {
    this.counts.terminations += 1;
    if (isForced) {
      this.installation.isRemoved = true;
      this.history.giveUp(this.database.rows);
    }
    // Where Forge was the only holder nothing opens.
    if (this.database.stage === 'off') this.observe({ step: 'terminate' });
  }

  /** The token may be missing, or the installation gone: then a refusal is no finding. */
  get mayBeRefused(): boolean {
    const isOther = this.installation.number > 1 || this.installation.isRemoved;
    return this.plan.tokenGone !== undefined || isOther || this.counts.terminations > 0;
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

  /** Virtual time until the token is there for good: also when it has not gone yet. */
  get tokenBackInMs(): number {
    const passed = this.scheduler.now - this.#begun;
    return Math.max(0, (this.plan.tokenGone?.to ?? 0) - passed);
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

  /** A request reaches the installation that it was sent to. */
  async arrive(to: Installation, operation: string, body: string): Promise<WireAnswer> {
    this.scheduler.busy += 1;
    try {
      return await to.arrive(operation, body, (effect) => {
        if (to === this.installation) this.observe(effect);
      });
    } finally {
      this.scheduler.busy -= 1;
    }
  }

  /** A transaction commits in Postgres: a user's, or an erasure's. */
  acceptInPostgres(
    key: string,
    mutation: string,
    value: Value | undefined,
    step: 'write' | 'delete' | 'erase',
  ): Version {
    const bucket = this.database.bucketOf(key);
    const head = this.mirror.heads.get(bucket);
    if (head !== undefined && head.auth !== 'P' && !this.installation.isRemoved) {
      this.history.fail('two authorities', `${key} in Postgres while its head is ${head.auth}`);
    }
    const version = this.database.write(key, value);
    this.history.accept({ key, version, mutation, by: 'P', value });
    this.observe({ step, bucket });
    return version;
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
      const fresh = newHead({ epoch: 1, inc: incarnation, mapv: mapping });
      const head = formatHead({ ...fresh, bf: isEmpty ? END : START });
      const item = { key: headKey(NOTES.group, bucket), entityName: HEAD_ENTITY, value: head };
      await this.installation.arrive('/entity/set', JSON.stringify(item), () => undefined);
    }
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
