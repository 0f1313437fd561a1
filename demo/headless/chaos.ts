import type { Stack } from '../stack.ts';

export interface Chaos {
  /** How many processes have been killed. */
  readonly killed: number;
  /** Ends it; resolves when whatever was being started again is up. */
  stop(): Promise<void>;
}

interface Victim {
  readonly name: string;
  /** False when there was nothing to kill. */
  kill(): boolean | Promise<boolean>;
}

/** Between two kills: one process has about time to come back before the next one goes. */
const PAUSE_MS = { least: 1_500, most: 6_000 };
/** Kills of one part of the run. Without an end to them, a hand-over that needs ten quiet seconds may never have them. */
const MOST = 10;

/**
 * Kills processes of the vendor with SIGKILL at moments that the seed decides: the server, the worker, the operator's call
 * that is under way, and Postgres where it is the demo's own. Each is started again as a supervisor would, except the
 * operator's call: what it left is for the worker, and for the operator who calls again.
 */
export function startChaos(stack: Stack, random: () => number, say: (line: string) => void): Chaos {
  const { crash } = stack.database;
  const victims: Victim[] = [
    { name: 'server', kill: () => (stack.remote.kill(), true) },
    { name: 'worker', kill: () => (stack.worker.kill(), true) },
    { name: "operator's call", kill: () => stack.operator.kill() },
    { name: "operator's call", kill: () => stack.operator.kill() },
    ...(crash === undefined ? [] : [{ name: 'Postgres', kill: () => crash().then(() => true) }]),
  ];
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
      const victim = victims[Math.floor(random() * victims.length)];
      if (victim === undefined || !(await victim.kill())) continue;
      killed += 1;
      say(`Killed the ${victim.name} (${killed}).`);
    }
  };
  const running = run();
  return {
    get killed() {
      return killed;
    },
    async stop() {
      stopped = true;
      wake();
      await running;
    },
  };
}
