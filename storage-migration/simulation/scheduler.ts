import type { Choices } from './choices.ts';

/** A simulated process. When it dies, nothing it waits for ever comes back, and its memory is lost. */
export class Process {
  readonly name: string;
  isAlive = true;
  /** Run when it dies: a database ends its transactions. */
  readonly onDeath: (() => void)[] = [];

  constructor(name: string) {
    this.name = name;
  }
}

/** Raised into what still waits when a run is over. */
export class RunEnded extends Error {}

interface Entry {
  readonly due: number;
  readonly owner: Process | undefined;
  readonly label: string;
  readonly go: () => void;
  readonly stop: (reason: Error) => void;
}

export interface SchedulerOptions {
  readonly choices: Choices;
  /** Virtual milliseconds that every step takes. */
  readonly stepMs: number;
  /** Chance that a process dies at a point. */
  readonly crash: number;
  /** Chance that a process stands still at a point, for up to a minute. */
  readonly stall: number;
  /** Points, by number, at which the process dies in any case. */
  readonly crashAt: readonly number[];
  /** Whether this process may die. */
  readonly mayCrash: (process: Process) => boolean;
}

const STALLS_MS = [300, 2_000, 8_000, 60_000];

/**
 * Owns time and order. Everything outside (a call under way, an answer under way, a sleep) is a point at which it decides
 * who goes on, so exactly one thing happens at a time and a seed decides which.
 */
export class Scheduler {
  now = 1_700_000_000_000;
  readonly counts = { points: 0, crashes: 0, stalls: 0 };
  /** Off: no crashes and no stalls any more. */
  isRough = false;
  readonly #options: SchedulerOptions;
  /** Points before those at which `crashAt` counts. */
  #before = Number.POSITIVE_INFINITY;
  #entries: Entry[] = [];
  #abandoned: Entry[] = [];
  #isOver = false;
  /** Calls that the store under test is still working on, outside the scheduler. */
  busy = 0;

  constructor(options: SchedulerOptions) {
    this.#options = options;
  }

  /** From here on it is rough, and the points of `crashAt` are counted. */
  roughen(): void {
    this.isRough = true;
    this.#before = this.counts.points;
  }

  /** Resolves when the scheduler lets this process go on. */
  point(owner: Process, label: string): Promise<void> {
    const { choices, stall } = this.#options;
    let due = this.now;
    if (this.isRough && choices.chance(stall)) {
      this.counts.stalls += 1;
      due += STALLS_MS[choices.pick(STALLS_MS.length)] ?? 0;
    }
    return this.#wait(owner, label, due);
  }

  sleep(owner: Process, ms: number): Promise<void> {
    return this.#wait(owner, `sleep ${ms}`, this.now + Math.max(1, ms));
  }

  /** Something that belongs to no process: a request that arrives late, a lock that is given up. Returns what undoes it. */
  after(ms: number, label: string, run: () => void): () => void {
    const entry: Entry = {
      ...{ due: this.now + ms, owner: undefined, label, go: run },
      stop: () => undefined,
    };
    this.#entries.push(entry);
    return () => {
      this.#entries = this.#entries.filter((one) => one !== entry);
    };
  }

  #wait(owner: Process, label: string, due: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const entry = { due, owner, label, go: resolve, stop: reject };
      // A dead process, or one of a run that is over, never goes on.
      if (!owner.isAlive || this.#isOver) this.#abandoned.push(entry);
      else this.#entries.push(entry);
    });
  }

  kill(owner: Process): void {
    if (!owner.isAlive) return;
    owner.isAlive = false;
    this.#abandoned.push(...this.#entries.filter((entry) => entry.owner === owner));
    this.#entries = this.#entries.filter((entry) => entry.owner !== owner);
    for (const tell of owner.onDeath) tell();
  }

  /**
   * Runs until `isDone`, or until `most` points have passed; then returns false. `onStep` is told after every step what
   * went on.
   */
  async run(
    isDone: () => boolean,
    most: number,
    onStep: (label: string) => void,
  ): Promise<boolean> {
    const { choices, stepMs, crash, crashAt, mayCrash } = this.#options;
    await this.#settle();
    while (!isDone()) {
      if (this.counts.points >= most || this.#entries.length === 0) return false;
      const entry = this.#next(choices);
      this.now += stepMs;
      this.counts.points += 1;
      const { owner } = entry;
      const dies =
        owner !== undefined &&
        mayCrash(owner) &&
        (crashAt.includes(this.counts.points - this.#before) ||
          (this.isRough && choices.chance(crash)));
      if (dies) {
        this.counts.crashes += 1;
        this.#abandoned.push(entry);
        this.kill(owner);
      } else {
        entry.go();
      }
      await this.#settle();
      onStep(`${owner?.name ?? 'network'}: ${entry.label}${dies ? ' ✗' : ''}`);
    }
    return true;
  }

  #next(choices: Choices): Entry {
    let ready = this.#entries.filter((entry) => entry.due <= this.now);
    if (ready.length === 0) {
      this.now = Math.min(...this.#entries.map((entry) => entry.due));
      ready = this.#entries.filter((entry) => entry.due <= this.now);
    }
    const entry = ready[choices.pick(ready.length)];
    if (entry === undefined) throw new RangeError('nothing to choose from');
    this.#entries.splice(this.#entries.indexOf(entry), 1);
    return entry;
  }

  /** Everything that can go on without the outside has done so when the loop of the machine comes round. */
  async #settle(): Promise<void> {
    do await new Promise((resolve) => setImmediate(resolve));
    while (this.busy > 0);
  }

  /** Ends whatever still waits, so that no timer of a call outlives the run. */
  async end(): Promise<void> {
    this.#isOver = true;
    const reason = new RunEnded('the run is over');
    for (let rounds = 0; rounds < 50; rounds += 1) {
      const left = [...this.#entries.splice(0), ...this.#abandoned.splice(0)];
      if (left.length === 0) return;
      for (const entry of left) entry.stop(reason);
      await this.#settle();
    }
  }
}
