import type { Choices } from './choices.ts';
import { runClosing, runOpening } from './closing.ts';
import { Crew } from './crew.ts';
import type { History, Violation } from './history.ts';
import { memoryForge } from './memory-forge.ts';
import { runOperator, type Progress } from './operator.ts';
import type { Plan } from './plan.ts';
import { RunEnded } from './scheduler.ts';
import { runUser } from './user.ts';
import { runWorker } from './worker.ts';
import { startActor, type Actor } from './actor.ts';
import { World, type WorldOptions } from './world.ts';

/** Points of a run before it counts as stuck. */
const MOST_POINTS = 60_000;
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
  const begun = scheduler.now;
  const onStep = (label: string): void => {
    if (verbose) log.push(`${scheduler.now - begun} ${label}`);
    crew.restartDead();
    checkAuthority(world);
  };
  const startWorkers = (): void => {
    for (let i = 0; i < plan.workers; i += 1) {
      const does = { pulls: plan.pulls && i === 0, tidies: plan.tidies && i === 0 };
      const erases = plan.operators.some(({ steps }) => steps.some(isErase));
      crew.keep(`worker${i}`, (actor) => runWorker(world, actor, { ...does, erases }));
    }
  };
  const isAlone = plan.opening?.workersRest === true;
  let isDone = true;
  if (plan.opening !== undefined) {
    startWorkers();
    isDone = await calmly('opening', (actor) => runOpening(world, actor));
    if (isAlone) crew.sendHome();
  }
  scheduler.roughen();
  const before = scheduler.counts.points;
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
  if (plan.opening === undefined) startWorkers();
  const isRoughOver = (): boolean =>
    history.violation !== undefined || crew.isOff() || scheduler.now - begun > ROUGH_MS;
  isDone &&= await scheduler.run(isRoughOver, MOST_POINTS, onStep);
  const roughPoints = scheduler.counts.points - before;
  if (isDone && history.violation === undefined) {
    scheduler.isRough = false;
    if (verbose) log.push('--- calm');
    crew.dismiss();
    if (isAlone) startWorkers();
    isDone = await calmly('closing', (actor) => runClosing(world, actor));
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

  /** Somebody works to the end while nothing goes wrong. */
  async function calmly(name: string, work: (actor: Actor) => Promise<void>): Promise<boolean> {
    let isOver = false;
    void work(startActor(world, name)).then(
      () => (isOver = true),
      (error: unknown) => {
        if (!(error instanceof RunEnded)) history.fail(`${name} threw`, String(error));
      },
    );
    const isFound = (): boolean => isOver || history.violation !== undefined;
    return scheduler.run(isFound, MOST_POINTS * 2, onStep);
  }
}

const isErase = ({ command }: { readonly command: string }): boolean => command === 'erase';

/** While the gate is open, every head is with Postgres, at the gate's epoch or above (protocol §16, I1). Beside a seal never. */
function checkAuthority({ database, mirror, history }: World): void {
  // A terminated tenant has no other side, and one that is being enrolled not all of it yet.
  if (database.stage === 'off') return;
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
