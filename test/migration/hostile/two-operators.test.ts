import { afterEach, describe, expect, it } from '@jest/globals';
import { applyCommand, type Command } from '../../../operator/handover/index.ts';
import { handoverCommand } from '../../../operator/commands/handover-command.ts';
import { adoptRecord, keepRecord, quarantineTenant } from 'crossgrade/quarantine';
import { checklists } from '../../../remote-server/records/index.ts';
import { hostileTenant, type HostileTenant } from '../support/hostile-tenant.ts';
import { renameList } from '../support/rows.ts';

let world: HostileTenant | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

/** Both planned, both saw the same, both press the button. */
async function atOnce(of: HostileTenant, first: Command, second: Command) {
  of.operator.lanes.forget(of.tenant);
  const orders: { command: Command; who: string; epoch: number; hash: string }[] = [];
  for (const [command, who] of [
    [first, 'olga'],
    [second, 'otto'],
  ] as const) {
    const { epoch, hash } = await of.plan(command);
    orders.push({ command, who, epoch, hash });
  }
  const results = await Promise.allSettled(
    orders.map(({ command, who, epoch, hash }) =>
      applyCommand(of.operator, command, of.tenant, {
        ...{ who, expectEpoch: epoch, expectHash: hash, reason: 'at once' },
      }),
    ),
  );
  return results.map((result) =>
    result.status === 'fulfilled'
      ? result.value.outcome
      : (result.reason as { code?: string }).code,
  );
}

const audit = async (of: HostileTenant): Promise<readonly string[]> => {
  const found = await of.database.pool.query<{ action: string }>(
    'select action from mig_audit where tenant = $1 order by id',
    [of.tenant],
  );
  return found.rows.map(({ action }) => action);
};

describe('two operators at once', () => {
  it('of whom each wants something else: one is done, the other has to plan anew', async () => {
    world = await hostileTenant(4);
    await world.toVerify(world.newWorker());
    const first = await atOnce(world, 'cutover', 'pause');
    expect(first.filter((outcome) => outcome === 'done')).toHaveLength(1);
    expect(first.filter((outcome) => outcome === 'plan.stale')).toHaveLength(1);
    const { condition } = await world.row();
    if (condition === 'paused') await world.apply('resume');
    if ((await world.row()).stage === 'verify') await world.apply('cutover');
    expect(await world.row()).toMatchObject({ stage: 'live' });

    const second = await atOnce(world, 'settle', 'rollback');
    expect(second.filter((outcome) => outcome === 'done')).toHaveLength(1);
    expect(second).toContain('plan.stale');
  });

  it('who want the same: it is done once, with one audit row', async () => {
    world = await hostileTenant(4);
    await world.toVerify(world.newWorker());
    const outcomes = await atOnce(world, 'cutover', 'cutover');
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
    expect((await audit(world)).filter((action) => action === 'cutover')).toHaveLength(1);
    expect(await world.row()).toMatchObject({ stage: 'live' });
  });

  it('who decide about one held record: the first decision counts, the second is told', async () => {
    world = await hostileTenant(4);
    const { database, scope, ids } = world;
    await world.toVerify(world.newWorker());
    const key = `list:${ids[0]}`;
    const side = { version: { e: 1, n: 1 }, deleted: false };
    await quarantineTenant(database.pool, scope, {
      ...{ reason: 'split_brain: a test', who: 'test' },
      held: [{ key, code: 'split_brain', here: side, there: side }],
    });
    const context = {
      ...{ pool: database.pool, scope, group: checklists },
      send: (await world.lane()).send,
    };
    const results = await Promise.allSettled([
      adoptRecord(context, { key, here: side, there: side }, { who: 'olga', reason: 'Forge' }),
      keepRecord(context, { key, here: side, there: side }, { who: 'otto', reason: 'Postgres' }),
    ]);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const refused = results.find(({ status }) => status === 'rejected') as PromiseRejectedResult;
    expect(refused.reason).toMatchObject({ code: 'stage.unexpected' });
  });
});

describe('an operator’s stale plan', () => {
  const MOVED: readonly (readonly [string, (of: HostileTenant) => Promise<unknown>])[] = [
    [
      'somebody paused and resumed it',
      async (of) => {
        await of.apply('pause');
        await of.apply('resume');
      },
    ],
    [
      'it was handed over and taken back',
      async (of) => {
        await of.apply('cutover');
        await of.apply('rollback');
      },
    ],
    [
      'a worker quarantined it',
      (of) =>
        quarantineTenant(of.database.pool, of.scope, { reason: 'head.missing: a test', who: 'w' }),
    ],
  ];

  it.each(MOVED)('is refused when %s, and says what to do', async (_why, move) => {
    world = await hostileTenant(4);
    const { forge, tenant, ids, database } = world;
    await world.toVerify(world.newWorker());
    const plan = await world.plan('cutover');
    await move(world);
    const before = await audit(world);
    const lines: string[] = [];
    const code = await handoverCommand(
      forge.config,
      'cutover',
      tenant,
      { who: 'olga', expectEpoch: String(plan.epoch), hash: plan.hash },
      (line) => lines.push(line),
    );
    expect([2, 3]).toContain(code);
    expect(lines.join('\n')).toMatch(/refused: .*\n {2}next: .*/);
    expect(await audit(world)).toEqual(before);
    await renameList(database.pool, tenant, ids[0]!, 'still open');
  });
});
