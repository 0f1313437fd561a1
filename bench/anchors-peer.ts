import {
  memoryForge,
  networkOf,
  RunEnded,
  startActor,
  World,
  type Actor,
  type Choices,
  type Plan,
  type UserPlan,
  type Value,
} from '../storage-migration/simulation/index.ts';

const MOST_POINTS = 200_000;
const RESTART_MS = 900;
/** A caller without an answer notices when its time is up. */
const TIMEOUT_MS = 3_000;

/** Forge as one process reaches it: every call may be slow, lost, answered in vain or applied twice. */
export interface Target {
  set(key: string, value: Value): Promise<Outcome>;
  /** Writes only where there is nothing. */
  insert(key: string, value: Value): Promise<Outcome>;
  remove(key: string): Promise<Outcome>;
}

/** `unknown`: no answer came; it may have been applied, now or later. */
export type Outcome = 'done' | 'exists' | 'unknown';

/** One process of a flow. */
export interface PeerProcess {
  readonly target: Target;
  readonly name: string;
  sleep(ms: number): Promise<void>;
  /** Work that nobody waits for. */
  begin(work: () => Promise<unknown>): void;
  /** What Postgres holds, as a statement of this process reads it. */
  row(key: string): Promise<Value | undefined>;
}

/** How a flow moves records. One object per run: its fields are what it keeps durably. */
export interface Flow {
  /** Inside a user's transaction, at its commit. */
  readonly atCommit?: (key: string, value: Value | undefined) => void;
  /** In the user's process, after the commit. The next request of this user waits for it. */
  readonly afterCommit?: (
    self: PeerProcess,
    key: string,
    value: Value | undefined,
  ) => Promise<void>;
  /** Processes that are started again when they die, until they end by themselves. */
  readonly jobs: readonly ((self: PeerProcess) => Promise<void>)[];
}

/** What every flow is told of its run. */
export interface FlowParts {
  readonly keys: readonly string[];
  /** Whether all users have gone home. */
  readonly isQuiet: () => boolean;
}

export interface Divergence {
  readonly lost: number;
  readonly stale: number;
  readonly resurrected: number;
}

/**
 * Runs a schedule with a flow in place of the layer: the same users, Postgres, network and store. When everybody is done and
 * nothing is under way any more, both stores are compared.
 */
export async function runPeer(
  plan: Plan,
  choices: Choices,
  makeFlow: (parts: FlowParts) => Flow,
): Promise<Divergence> {
  const world = new World({ plan, choices, makeStore: memoryForge });
  const { scheduler } = world;
  await world.enrol();
  // From here on things go wrong.
  scheduler.roughen();
  const running = new Set<string>();
  const crew: { actor: Actor; restart: () => void; isWaiting: boolean }[] = [];
  const flow = makeFlow({ keys: world.keys, isQuiet: () => running.size === 0 });

  plan.users.forEach((user, i) => {
    const name = `user${i}`;
    running.add(name);
    const actor = startActor(world, name);
    actor.process.onDeath.push(() => running.delete(name));
    quietly(runUser(world, actor, user, flow).then(() => running.delete(name)));
  });
  flow.jobs.forEach((job, i) => {
    const start = (): Actor => {
      const actor = startActor(world, `job${i}`);
      quietly(job(processOf(world, actor)));
      return actor;
    };
    const member = {
      actor: start(),
      isWaiting: false,
      restart: () => void (member.actor = start()),
    };
    crew.push(member);
  });
  const restartDead = (): void => {
    for (const member of crew) {
      if (member.actor.process.isAlive || member.isWaiting) continue;
      member.isWaiting = true;
      scheduler.after(RESTART_MS, 'started again', () => {
        member.isWaiting = false;
        member.restart();
      });
    }
  };
  // Ends when nothing is left to happen: no process, no request under way.
  await scheduler.run(() => false, MOST_POINTS, restartDead);
  if (scheduler.counts.points >= MOST_POINTS) throw new Error(`seed ${plan.seed} has no end`);
  const divergence = await compare(world);
  await scheduler.end();
  return divergence;
}

async function runUser(world: World, actor: Actor, plan: UserPlan, flow: Flow): Promise<void> {
  const self = processOf(world, actor);
  for (const [index, { waitMs, action }] of plan.steps.entries()) {
    if (action.kind === 'read') continue;
    await self.sleep(waitMs);
    const key = world.keys[action.key] ?? '';
    const mutation = `${self.name}.${index}`;
    const written: { value: Value | undefined }[] = [];
    const change = (present: Value | undefined): Value | undefined | 'unchanged' => {
      if (action.kind === 'delete' && present === undefined) return 'unchanged';
      const value = action.kind === 'delete' ? undefined : { m: mutation, p: present?.m ?? '-' };
      written.push({ value });
      flow.atCommit?.(key, value);
      return value;
    };
    await actor.connection.write([{ key, mutation, change }], plan.holdMs);
    for (const { value } of written) await flow.afterCommit?.(self, key, value);
  }
}

function processOf(world: World, { process, connection, installation }: Actor): PeerProcess {
  const { scheduler } = world;
  const wire = networkOf(world, process, installation);
  const call = async (operation: string, body: unknown): Promise<Outcome> => {
    try {
      const answer = await wire(`http://forge.invalid/v1${operation}`, {
        body: JSON.stringify(body),
      });
      return answer.ok ? 'done' : answer.status === 409 ? 'exists' : 'unknown';
    } catch (error) {
      if (error instanceof RunEnded) throw error;
      await scheduler.sleep(process, TIMEOUT_MS);
      return 'unknown';
    }
  };
  return {
    name: process.name,
    target: {
      set: (key, value) => call('/set', { key, value }),
      insert: (key, value) =>
        call('/set', { key, value, options: { keyPolicy: 'FAIL_IF_EXISTS' } }),
      remove: (key) => call('/transaction', { delete: [{ key }] }),
    },
    sleep: (ms) => scheduler.sleep(process, ms),
    begin: (work) => quietly(work()),
    row: async (key) => (await connection.read(key)).value,
  };
}

/** Every record of Postgres against what Forge holds, past the network. */
async function compare(world: World): Promise<Divergence> {
  let [lost, stale, resurrected] = [0, 0, 0];
  for (const key of world.keys) {
    const wanted = world.database.rows.get(key)?.value?.m;
    const answer = await world.arrive(world.installation, '/get', JSON.stringify({ key }));
    const stored = (answer.body as { value?: Value }).value?.m;
    if (stored === wanted) continue;
    if (wanted === undefined) resurrected += 1;
    else if (stored === undefined) lost += 1;
    else stale += 1;
  }
  return { lost, stale, resurrected };
}

/** Waits of dead processes are ended with the run. */
function quietly(work: Promise<unknown>): void {
  work.catch((error: unknown) => {
    if (!(error instanceof RunEnded)) throw error;
  });
}
