import { expect } from '@jest/globals';
import { cutover, finalize, rollback } from 'crossgrade/handover';
import { withOperations } from 'crossgrade/postgres';
import type { List, WireError } from '../../checklist/index.ts';
import { ISSUE, type PanelOnIssue, type PanelTenant, type PanelWorld } from './panel-world.ts';

/** Where a tenant can stand when somebody opens the panel. */
export const STAGES = [
  ...['before any copy', 'copied', 'live', 'after a rollback', 'settled', 'final'],
] as const;
export type Stage = (typeof STAGES)[number];

/** A tenant with a list on each issue, in a stage. */
export async function inStage(
  world: PanelWorld,
  stage: Stage,
  issues: readonly string[],
): Promise<PanelTenant> {
  const tenant = await world.tenant(issues);
  if (stage === 'before any copy') return tenant;
  const { context } = await tenant.copy();
  if (stage === 'copied') return tenant;
  await cutover(context, { who: 'test', expectEpoch: 1 });
  if (stage === 'live') return tenant;
  if (stage === 'after a rollback') {
    await rollback(context, 'test', 'back');
    return tenant;
  }
  await context.postgres.changeStage({
    ...{ who: 'test', action: 'settle', from: ['live'], to: 'settled' },
  });
  if (stage === 'final') {
    await finalize(withOperations(world.remote.pool, context), 'test', 'done');
  }
  return tenant;
}
/** The same, with one issue. */
export async function panelInStage(
  world: PanelWorld,
  stage: Stage,
): Promise<PanelOnIssue & { clientKey: string }> {
  const { clientKey, panels } = await inStage(world, stage, [ISSUE]);
  const panel = panels.get(ISSUE);
  if (panel === undefined) throw new Error('the issue has no panel');
  return { clientKey, ...panel };
}

/** Path of an issue's lists in the legacy API. */
export const listsOf = (issueId: string): string => `/api/issues/${issueId}/lists`;
/** What the legacy panel shows. */
export async function legacyLists({ legacy, issueId }: PanelOnIssue): Promise<List[]> {
  const answer = await legacy.get(listsOf(issueId));
  expect(answer.status).toBe(200);
  return (answer.body as { lists: List[] }).lists;
}
/** What the panel on Forge shows, when the page has seen these lists. */
export async function panelLists({ invoke }: PanelOnIssue, seen: string[] = []): Promise<List[]> {
  return (await invoke<{ lists: List[] }>('lists', { seen })).lists;
}

/** The code of a refusal. */
export const codeOf = async (answer: Promise<unknown>): Promise<string> =>
  ((await answer) as WireError).error.code;
