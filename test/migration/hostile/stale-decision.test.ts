import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { quarantineCommand } from '../../../operator/commands/quarantine-command.ts';
import {
  adoptRecord,
  heldRecords,
  keepRecord,
  markOf,
  quarantineTenant,
  type HeldRecord,
} from 'crossgrade/quarantine';
import { checklists } from '../../../remote-server/records/index.ts';
import { hostileTenant, type HostileTenant } from '../support/hostile-tenant.ts';
import { renameList } from '../support/rows.ts';

const BY = { who: 'olga', reason: 'looked at' };
let world: HostileTenant;
let key: string;
let id: string;

beforeEach(async () => {
  world = await hostileTenant(4);
  await world.toVerify(world.newWorker());
  id = world.ids[0]!;
  key = `list:${id}`;
});
afterEach(() => world.close());

const decision = async () => ({
  ...{ pool: world.database.pool, scope: world.scope, group: checklists },
  send: (await world.lane()).send,
});
const held = async (): Promise<HeldRecord> => {
  const [first] = await heldRecords(world.database.pool, world.scope);
  return first!;
};
const decided = async (): Promise<number> => {
  const found = await world.database.pool.query(
    `select 1 from mig_audit where tenant = $1 and action in ('adopt', 'keep')`,
    [world.tenant],
  );
  return found.rowCount ?? 0;
};

/** Both sides were looked at; then a user writes; then the record is held. */
async function heldBehindAWrite(): Promise<void> {
  const before = await world.database.pool.query<{ epoch: number; n: string }>(
    'select epoch, n from mig_ver where tenant = $1 and key = $2',
    [world.tenant, key],
  );
  const row = before.rows[0]!;
  const side = { version: { e: row.epoch, n: Number(row.n) }, deleted: false };
  await renameList(world.database.pool, world.tenant, id, 'written in between');
  await quarantineTenant(world.database.pool, world.scope, {
    ...{ reason: 'split_brain: a test', who: 'test' },
    held: [{ key, code: 'split_brain', here: side, there: side }],
  });
}

describe('a decision about a record that has changed since it was shown', () => {
  it.each([
    ['adopt', adoptRecord],
    ['keep', keepRecord],
  ])('is refused (%s) when Postgres has moved on, and shown anew', async (_name, decide) => {
    await heldBehindAWrite();
    const shown = await held();
    await expect(decide(await decision(), shown, BY)).rejects.toMatchObject({ code: 'plan.stale' });
    expect(await world.nameInPostgres(id)).toBe('written in between');
    expect(await decided()).toBe(0);
    const now = await held();
    expect(now.here?.version.n).toBe((shown.here?.version.n ?? 0) + 1);
    expect(markOf([now])).not.toBe(markOf([shown]));
    await decide(await decision(), now, BY);
    expect(await decided()).toBe(1);
    expect(await heldRecords(world.database.pool, world.scope)).toEqual([]);
  });

  it('is refused when Forge has moved on, and shown anew', async () => {
    await world.apply('cutover');
    await world.renameAtForge(id, 'shown');
    await world.run(world.newWorker(), 'reverse');
    const before = await world.database.pool.query<{ epoch: number; n: string }>(
      'select epoch, n from mig_ver where tenant = $1 and key = $2',
      [world.tenant, key],
    );
    const row = before.rows[0]!;
    const side = { version: { e: row.epoch, n: Number(row.n) }, deleted: false };
    await quarantineTenant(world.database.pool, world.scope, {
      ...{ reason: 'split_brain: a test', who: 'test' },
      held: [{ key, code: 'split_brain', here: side, there: side }],
    });
    await world.renameAtForge(id, 'written by a function');
    await expect(adoptRecord(await decision(), await held(), BY)).rejects.toMatchObject({
      code: 'plan.stale',
    });
    expect(await world.nameInPostgres(id)).toBe('shown');
    await adoptRecord(await decision(), await held(), BY);
    expect(await world.nameInPostgres(id)).toBe('written by a function');
  });

  it('by the command line names the listing, and ends with the code of a stale plan', async () => {
    await heldBehindAWrite();
    const xg = async (seen: string) => {
      const lines: string[] = [];
      const options = { who: 'olga', reason: 'r', json: true, adopt: [key], seen };
      const code = await quarantineCommand(world.forge.config, world.tenant, options, (line) =>
        lines.push(line),
      );
      return { code, said: JSON.parse(lines.join('')) as { error?: { code: string } } };
    };
    const shown = markOf([await held()]);
    expect(await xg(shown)).toMatchObject({ code: 3, said: { error: { code: 'plan.stale' } } });
    // The listing has changed: the old mark stays refused, the new one is taken.
    expect(await xg(shown)).toMatchObject({ code: 3, said: { error: { code: 'plan.stale' } } });
    expect(await world.nameInPostgres(id)).toBe('written in between');
    expect(await xg(markOf([await held()]))).toMatchObject({ code: 0 });
    expect(await world.nameInPostgres(id)).toBe('Definition of Done');
  });
});
