import { seededRandom } from '../../local-site/support/index.ts';
import type { Stack } from '../stack.ts';
import type { RunBook } from './run-book.ts';

interface Chaos {
  /** Ends it; resolves when whatever was being started again is up. */
  stop(): Promise<void>;
}

/** Does a part of the run, amid chaos where its seed is given; then everything is up again. */
export async function amidChaos<T>(
  { stack, book, say }: { stack: Stack; book: RunBook; say: (line: string) => void },
  seed: string | undefined,
  work: () => Promise<T>,
): Promise<T> {
  if (seed === undefined) return work();
  const chaos = startChaos(stack, book, seededRandom(`chaos ${seed}`), say);
  try {
    return await work();
  } finally {
    await chaos.stop();
  }
}

/** The processes that can be killed, as the result names them. */
export type Victims = 'server' | 'worker' | 'operator' | 'site' | 'postgres';

interface Victim {
  readonly name: Victims;
  /** False when there was nothing to kill. */
  kill(): boolean | Promise<boolean>;
}

/** Between two kills: one process has about time to come back before the next one goes. */
const PAUSE_MS = { least: 1_500, most: 6_000 };
/** Kills of one part of the run. Without an end to them, a hand-over that needs ten quiet seconds may never have them. */
const MOST = 12;

/**
 * Kills processes with SIGKILL at moments that the seed decides: the vendor's server, the worker, the operator's call that is
 * under way, the pretend Atlassian, and Postgres where it is the demo's own. Each gets its turn before one comes again. Each is
 * started again as a supervisor would, except the operator's call: what it left is for the worker, and for the operator who calls
 * again.
 */
function startChaos(
  stack: Stack,
  book: RunBook,
  random: () => number,
  say: (line: string) => void,
): Chaos {
  const { crash } = stack.database;
  const victims: readonly Victim[] = [
    { name: 'server', kill: () => stack.remote.kill() },
    { name: 'worker', kill: () => stack.worker.kill() },
    { name: 'operator', kill: () => stack.operator.kill() },
    { name: 'operator', kill: () => stack.operator.kill() },
    { name: 'site', kill: () => stack.site.kill() },
    ...(crash === undefined
      ? []
      : [{ name: 'postgres' as const, kill: () => crash().then(() => true) }]),
  ];
  let turn: Victim[] = [];
  let stopped = false;
  let killed = 0;
  let wake = (): void => undefined;
  const run = async (): Promise<void> => {
    for (;;) {
      await new Promise<void>((resolve) => {
        wake = resolve;
        setTimeout(resolve, PAUSE_MS.least + random() * (PAUSE_MS.most - PAUSE_MS.least));
      });
      if (stopped || killed >= MOST) return;
      if (turn.length === 0) turn = [...victims];
      const [victim] = turn.splice(Math.floor(random() * turn.length), 1);
      if (victim === undefined || !(await victim.kill())) continue;
      killed += 1;
      await book.kills(victim.name);
      say(`Killed: ${victim.name} (${killed}).`);
    }
  };
  const running = run();
  return {
    async stop() {
      stopped = true;
      wake();
      await running;
      await Promise.all([stack.remote.isUp(), stack.worker.isUp(), stack.site.isUp()]);
    },
  };
}
