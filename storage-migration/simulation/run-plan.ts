import type { Choices } from './choices.ts';
import { runClosing } from './closing.ts';
import type { History, Violation } from './history.ts';
import { memoryForge } from './memory-forge.ts';
import { runOperator, type Progress } from './operator.ts';
import type { Plan } from './plan.ts';
import { RunEnded } from './scheduler.ts';
import { runUser } from './user.ts';
import { runWorker } from './worker.ts';
import { World, type Actor, type WorldOptions } from './world.ts';

/** Points of a run before it counts as stuck. */
const MOST_POINTS = 60_000;
/** Virtual time until a dead process is there again. */
const RESTART_MS = 900;
/** Virtual time after which nothing goes wrong any more. */
const ROUGH_MS = 400_000;

export interface RunResult {
  readonly violation: Violation | undefined;
  readonly points: number;
  /** Of these, how many before everything calmed down. */
  readonly roughPoints: number;
  readonly crashes: number;
  readonly stalls: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly counts: Readonly<World['counts'] & History['counts']>;
  /** What happened, step by step, when asked for. */
  readonly log: readonly string[];
}

export interface RunOptions {
  readonly plan: Plan;
  readonly choices: Choices;
  /** (Default: the store in memory) */
  readonly makeStore?: WorldOptions['makeStore'];
  readonly onObserved?: WorldOptions['onObserved'];
  /** Keep the log. (Default: false) */
  readonly verbose?: boolean;
}

/** Runs one schedule from enrolment to the end, and says what went wrong. The same plan and choices give the same run. */
export async function runPlan(options: RunOptions): Promise<RunResult> {
  const { plan, choices, makeStore = memoryForge, verbose = false } = options;
  const { onObserved } = options;
  const log: string[] = [];
  const world = new World({
    ...{ plan, choices, makeStore },
    onObserved: (observed, of) => {
      if (verbose) log.push(`    ${observed.step}(${observed.bucket ?? ''}) ${stateOf(of)}`);
      onObserved?.(observed, of);
    },
  });
  const { scheduler, history } = world;
  await world.enrol();
  const crew = new Crew(world);
  plan.users.forEach((user, i) => {
    const inForge = user.prefers === 'forge';
    crew.hire(`user${i}`, { restarts: false, inForge }, (actor) => runUser(world, actor, user));
  });
  plan.operators.forEach((operator, i) => {
    const progress: Progress = { next: 0 };
    crew.hire(`operator${i}`, { restarts: true, inForge: false }, (actor) =>
      runOperator(world, actor, operator, progress),
    );
  });
  for (let i = 0; i < plan.workers; i += 1) {
    const does = { pulls: plan.pulls && i === 0, tidies: plan.tidies && i === 0 };
    crew.keep(`worker${i}`, (actor) => runWorker(world, actor, does));
  }
  const begun = scheduler.now;
  const onStep = (label: string): void => {
    if (verbose) log.push(`${scheduler.now - begun} ${label}`);
    crew.restartDead();
    checkAuthority(world);
  };
  const isRoughOver = (): boolean =>
    history.violation !== undefined || crew.isOff() || scheduler.now - begun > ROUGH_MS;
  let isDone = await scheduler.run(isRoughOver, MOST_POINTS, onStep);
  const roughPoints = scheduler.counts.points;
  if (isDone && history.violation === undefined) {
    scheduler.isRough = false;
    if (verbose) log.push('--- calm');
    crew.dismiss();
    let isClosed = false;
    const closing = world.start('closing');
    void runClosing(world, closing).then(
      () => (isClosed = true),
      (error: unknown) => {
        if (!(error instanceof RunEnded)) history.fail('closing threw', String(error));
      },
    );
    const isOver = (): boolean => isClosed || history.violation !== undefined;
    isDone = await scheduler.run(isOver, MOST_POINTS * 2, onStep);
  }
  const { violation } = history;
  if (!isDone && violation === undefined)
    history.fail('stuck', `no end after ${MOST_POINTS} points`);
  const found = history.violation;
  await scheduler.end();
  const { points, crashes, stalls } = scheduler.counts;
  const counts = { ...world.counts, ...history.counts };
  const { faults } = world;
  return { violation: found, points, roughPoints, crashes, stalls, faults, counts, log };
}

/** While the gate is open, every head is with Postgres, at the gate's epoch or above (protocol §16, I1). Beside a seal never. */
function checkAuthority({ database, mirror, history }: World): void {
  const { isOpen, epoch } = database.gate;
  if (!isOpen) return;
  for (const [bucket, head] of mirror.heads) {
    if (head.auth === 'P' && head.epoch >= epoch) continue;
    history.fail(
      'two authorities',
      `gate open at ${epoch}, bucket ${bucket} at (${head.epoch}, ${head.auth})`,
    );
  }
}

function stateOf({ database, mirror }: World): string {
  const gate = `${database.gate.isOpen ? 'open' : 'closed'} ${database.gate.epoch}`;
  const heads = [...mirror.heads.values()].map(({ epoch, auth, seq }) => `${epoch}${auth}${seq}`);
  return `[${database.stage}, gate ${gate}, heads ${heads.join(' ')}, dirty ${database.dirty.size}]`;
}

interface Job {
  readonly name: string;
  readonly isEndless: boolean;
  readonly restarts: boolean;
  readonly inForge: boolean;
  readonly work: (actor: Actor) => Promise<void>;
  actor: Actor;
  isOver: boolean;
  isRestarting: boolean;
}

/** Who is at work, and who comes back after a death. */
class Crew {
  readonly #world: World;
  readonly #jobs: Job[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  /** Works once through. A user whose process died does not come back: the others go on. */
  hire(name: string, how: { restarts: boolean; inForge: boolean }, work: Job['work']): void {
    this.#begin({ name, isEndless: false, ...how }, work);
  }

  /** Works for ever, and is started again whenever it ends. */
  keep(name: string, work: Job['work']): void {
    this.#begin({ name, isEndless: true, restarts: true, inForge: false }, work);
  }

  #begin(how: Pick<Job, 'name' | 'isEndless' | 'restarts' | 'inForge'>, work: Job['work']): void {
    const actor = this.#world.start(how.name, how.inForge);
    const job = { ...how, work, actor, isOver: false, isRestarting: false };
    this.#jobs.push(job);
    this.#run(job);
  }

  #run(job: Job): void {
    const { actor } = job;
    job.work(actor).then(
      () => this.#ended(job, actor),
      (error: unknown) => {
        if (error instanceof RunEnded) return;
        this.#world.history.fail('threw', `${job.name}: ${String(error)}`);
      },
    );
  }

  #ended(job: Job, actor: Actor): void {
    if (job.actor !== actor) return;
    if (job.isEndless) this.#restart(job);
    else job.isOver = true;
  }

  restartDead(): void {
    for (const job of this.#jobs) {
      if (job.isOver || job.isRestarting || job.actor.process.isAlive) continue;
      if (job.restarts) this.#restart(job);
      else job.isOver = true;
    }
  }

  #restart(job: Job): void {
    if (job.isRestarting || job.isOver) return;
    job.isRestarting = true;
    this.#world.scheduler.after(RESTART_MS, `${job.name} is started again`, () => {
      job.isRestarting = false;
      if (job.isOver) return;
      this.#world.scheduler.kill(job.actor.process);
      job.actor = this.#world.start(job.name, job.inForge);
      this.#run(job);
    });
  }

  /** Users and operators have done what they came for. */
  isOff(): boolean {
    return this.#jobs.every((job) => job.isEndless || job.isOver);
  }

  /** Sends users and operators home; workers stay. */
  dismiss(): void {
    for (const job of this.#jobs) {
      if (job.isEndless) continue;
      job.isOver = true;
      this.#world.scheduler.kill(job.actor.process);
    }
  }
}
