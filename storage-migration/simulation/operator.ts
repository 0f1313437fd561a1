import { LayerError } from '../errors.ts';
import { cutover } from '../handover/cutover.ts';
import { finalize } from '../handover/finalize.ts';
import { recoverAll } from '../handover/recover-all.ts';
import { resumeForge, rollback } from '../handover/rollback.ts';
import type { Stage } from '../terms.ts';
import { expectError } from './expected-errors.ts';
import type { Command, OperatorPlan } from './plan.ts';
import type { Actor, World } from './world.ts';

/** How long an operator waits for a tenant to be ready for a command. */
const PATIENCE_MS = 60_000;
const LOOK_MS = 1_000;

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
    await attempt(() => run(world, actor, first));
  }
  while (progress.next < plan.steps.length) {
    const step = plan.steps[progress.next];
    progress.next += 1;
    if (step === undefined) return;
    await scheduler.sleep(process, step.waitMs);
    await attempt(() => run(world, actor, step.command));
  }

  async function attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      expectError(history, process.name, error, world.plan.tokenGone !== undefined);
    }
  }
}

/** Runs one command as the operator's tool does. */
export async function run(
  world: World,
  actor: Actor,
  command: Command,
  freezeMs = world.plan.freezeMs,
): Promise<void> {
  const { counts } = world;
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
      await isIn(world, actor, 'rewinding');
      if (await resumeForge(context, who, 'third thoughts')) counts.resumes += 1;
      return;
    case 'recover':
      await recoverAll(context, who);
      counts.recoveries += 1;
      return;
    case 'settle':
      await isIn(world, actor, 'live');
      await context.postgres.changeStage({ who, action: 'settle', from: ['live'], to: 'settled' });
      counts.settled += 1;
      return;
    case 'finalize':
      await isIn(world, actor, 'settled');
      await finalize(context, who, 'it has proved itself');
      counts.finals += 1;
      return;
    case 'pause':
    case 'unpause':
      await actor.connection.setCondition(command === 'pause' ? 'paused' : null);
      counts.pauses += 1;
  }
}

/** Waits for a stage: whoever wants to abort a rollback waits for one. */
async function isIn(world: World, { context, process }: Actor, stage: Stage): Promise<void> {
  const { scheduler } = world;
  for (const until = scheduler.now + PATIENCE_MS / 2; scheduler.now < until;) {
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
    if (stage === 'verify' && (await postgres.cleanPass(1, epoch)) !== undefined) return epoch;
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
