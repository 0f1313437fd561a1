import { LayerError } from '../errors.ts';
import { cutover } from '../handover/cutover.ts';
import { finalize } from '../handover/finalize.ts';
import { recoverAll } from '../handover/recover-all.ts';
import { resumeForge, rollback } from '../handover/rollback.ts';
import type { Stage } from '../terms.ts';
import { runErase } from './erase.ts';
import { expectError } from './expected-errors.ts';
import type { OperatorPlan } from './plan.ts';
import { runReinstall, runTerminate } from './terminate.ts';
import { equip, isCurrent, type Actor } from './actor.ts';
import type { World } from './world.ts';

/** How long an operator waits for a tenant to be ready for a command. */
const PATIENCE_MS = 60_000;
const LOOK_MS = 1_000;

type OperatorStep = OperatorPlan['steps'][number];

/** Remembers how far the operator came, so that a new process goes on behind the command that the old one died in. */
export interface Progress {
  next: number;
}

/** An operator who goes through a list of commands. After a crash the first thing done is to recover, or to go on to Forge. */
export async function runOperator(
  world: World,
  actor: Actor,
  plan: OperatorPlan,
  progress: Progress,
): Promise<void> {
  const { scheduler, history } = world;
  const { process } = actor;
  if (progress.next > 0) {
    const first = world.choices.pick(3) === 1 ? 'resume' : 'recover';
    await attempt(() => run(world, actor, { command: first }));
  }
  while (progress.next < plan.steps.length) {
    const step = plan.steps[progress.next];
    progress.next += 1;
    if (step === undefined) return;
    await scheduler.sleep(process, step.waitMs);
    await attempt(() => run(world, actor, step));
  }

  async function attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      expectError(history, process.name, error, world.mayBeRefused);
    }
  }
}

/** Runs one command as the operator's tool does. */
export async function run(
  world: World,
  of: Actor,
  { command, key = 0, patienceMs = PATIENCE_MS / 2 }: Omit<OperatorStep, 'waitMs'>,
  freezeMs = world.plan.freezeMs,
): Promise<void> {
  const { counts } = world;
  const actor = isCurrent(world, of) ? of : equip(world, of.process);
  const { context, process } = actor;
  const who = process.name;
  switch (command) {
    case 'cutover': {
      const epoch = await readyEpoch(world, actor);
      if (epoch === undefined) return;
      const result = await cutover(context, { who, expectEpoch: epoch, freezeMs });
      counts[result.kind === 'live' ? 'cutovers' : 'aborts'] += 1;
      return;
    }
    case 'rollback':
      await rollback(context, who, 'second thoughts');
      counts.rollbacks += 1;
      return;
    case 'resume':
      await isIn(world, actor, 'rewinding', patienceMs);
      if (await resumeForge(context, who, 'third thoughts')) counts.resumes += 1;
      return;
    case 'recover':
      await recoverAll(context, who);
      counts.recoveries += 1;
      return;
    case 'settle':
      await isIn(world, actor, 'live', patienceMs);
      await context.postgres.changeStage({ who, action: 'settle', from: ['live'], to: 'settled' });
      counts.settled += 1;
      return;
    case 'finalize':
      await isIn(world, actor, 'settled', patienceMs);
      await finalize(context, who, 'it has proved itself');
      counts.finals += 1;
      return;
    case 'pause':
    case 'unpause':
      await actor.connection[command]();
      counts.pauses += 1;
      return;
    case 'erase':
      await runErase(world, actor, world.keys[key % world.keys.length] ?? '');
      return;
    case 'uninstall':
      world.installation.isRemoved = true;
      return;
    case 'terminate':
      await runTerminate(world, actor);
      return;
    case 'reinstall':
      await runReinstall(world, actor.process);
      return;
    case 'ready':
      while (!isVerified(world)) await world.scheduler.sleep(process, LOOK_MS);
  }
}

/** As somebody sees who is told, without asking. */
function isVerified({ database }: World): boolean {
  const { stage, gate, incarnation, passes } = database;
  const isPassed = passes.some(
    (pass) => pass.epoch === gate.epoch && pass.incarnation === incarnation,
  );
  return stage === 'verify' && isPassed;
}

/** Waits for a stage: whoever wants to abort a rollback waits for one. */
async function isIn(
  world: World,
  { context, process }: Actor,
  stage: Stage,
  patienceMs: number,
): Promise<void> {
  const { scheduler } = world;
  for (const until = scheduler.now + patienceMs; scheduler.now < until;) {
    if ((await context.postgres.stage()) === stage) return;
    await scheduler.sleep(process, LOOK_MS / 10);
  }
}

/** The epoch at which a verified tenant stands, or undefined when patience ends. */
async function readyEpoch(world: World, { context, process }: Actor): Promise<number | undefined> {
  const { scheduler } = world;
  const { postgres } = context;
  for (const until = scheduler.now + PATIENCE_MS; scheduler.now < until;) {
    const stage = await postgres.stage();
    const { epoch } = await postgres.readGate();
    if (
      stage === 'verify' &&
      (await postgres.cleanPass(context.send.scope.incarnation, epoch)) !== undefined
    )
      return epoch;
    if (stage !== 'copy' && stage !== 'verify') {
      throw new LayerError(
        'stage.unexpected',
        `a cut-over does not start from ${stage ?? 'nothing'}`,
      );
    }
    await scheduler.sleep(process, LOOK_MS);
  }
  return undefined;
}
