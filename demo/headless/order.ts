import { tenantProgress } from 'crossgrade/postgres';
import type { Stack } from '../stack.ts';
import { patiently, pause } from './patience.ts';

/** How long an order may take in all: a verification of everything lies between a rollback and the next cut-over. */
const PATIENCE_MS = 240_000;

export interface Order {
  readonly command: 'cutover' | 'rollback' | 'settle' | 'finalize';
  /** The stage it leads to. */
  readonly to: string;
  readonly options?: readonly string[];
}

/**
 * Gives an order as an operator does: asks for the plan until nothing speaks against it, then applies it for that epoch.
 * When the call dies, or is undone, it is given again. Resolves with how long users could not write; null when it has been done
 * already, by an order of which nobody heard the end.
 */
export async function order(
  stack: Stack,
  tenant: string,
  { command, to, options = [] }: Order,
): Promise<number | null> {
  if ((await stageOf(stack, tenant)) === to) return null;
  const begun = Date.now();
  let last: unknown;
  while (Date.now() - begun < PATIENCE_MS) {
    const applied = Date.now();
    const said = await giveOnce(stack, tenant, command, options);
    if (said.code === 0) return frozenMs(said.json) ?? Date.now() - applied;
    last = said.json ?? last;
    // The call is dead, but a worker may have finished what it began.
    if (said.wasApplied && (await stageOf(stack, tenant)) === to) return Date.now() - applied;
    await pause(500);
  }
  throw new Error(`${command} was not done in ${PATIENCE_MS / 1_000} s: ${JSON.stringify(last)}`);
}

async function giveOnce(
  { operator }: Stack,
  tenant: string,
  command: string,
  options: readonly string[],
): Promise<{ code: number | null; json: unknown; wasApplied: boolean }> {
  const plan = await operator.run([command, tenant, '--plan']);
  if (plan.code !== 0) return { ...plan, wasApplied: false };
  const epoch = String(plan.json?.['epoch']);
  const said = await operator.run([command, tenant, '--expect-epoch', epoch, ...options]);
  return { ...said, wasApplied: true };
}

function frozenMs(said: unknown): number | undefined {
  const { detail } = (said ?? {}) as { detail?: { frozenMs?: unknown } };
  return typeof detail?.frozenMs === 'number' ? detail.frozenMs : undefined;
}

async function stageOf(stack: Stack, tenant: string): Promise<string> {
  return patiently(async () => (await tenantProgress(stack.pool, tenant, 'checklists')).stage);
}
