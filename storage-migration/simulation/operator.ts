import { LayerError } from '../errors.ts';
import { cutover } from '../handover/cutover.ts';
import { recover } from '../handover/recover.ts';
import { resumeForge, rollback } from '../handover/rollback.ts';
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
      expectError(history, process.name, error);
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
      await rewinding(world, actor);
      if (await resumeForge(context, who, 'third thoughts')) counts.resumes += 1;
      return;
    case 'recover':
      await recover(context, who);
      counts.recoveries += 1;
  }
}

/** Whoever wants to abort a rollback waits for one. */
async function rewinding(world: World, { context, process }: Actor): Promise<void> {
  const { scheduler } = world;
  for (const until = scheduler.now + PATIENCE_MS / 2; scheduler.now < until;) {
    if ((await context.postgres.stage()) === 'rewinding') return;
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
