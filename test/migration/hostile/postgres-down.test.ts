import { afterEach, describe, expect, it } from '@jest/globals';
import { LAYER_ERRORS } from 'crossgrade';
import { cutover, recover, rollback } from 'crossgrade/handover';
import { compareDigests } from 'crossgrade/verify';
import { pino } from 'pino';
import { sayUnreachable } from '../../../operator/commands/say-unreachable.ts';
import { handoverCommand } from '../../../operator/commands/handover-command.ts';
import { runWorker } from '../../../operator/worker/run-worker.ts';
import { hostileTenant, type HostileTenant } from '../support/hostile-tenant.ts';
import { cutConnections, whilePostgresIsDown } from '../support/postgres-outage.ts';
import { insertList, renameList } from '../support/rows.ts';

let world: HostileTenant | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

const rename = (of: HostileTenant, id: string, name: string) =>
  renameList(of.database.pool, of.tenant, id, name);
const clean = async (of: HostileTenant) => compareDigests((await of.lane()).verify(() => false));

describe('Postgres down', () => {
  it('in copy and verify: the queue tries again, and what was sent but not noted is sent once', async () => {
    world = await hostileTenant(30);
    const { database, ids } = world;
    const worker = world.newWorker();
    await world.run(worker, 'enrol');
    const copying = world.run(worker, 'copy');
    await cutConnections(database);
    await copying.catch(() => undefined);
    await whilePostgresIsDown(database, async () => {
      await expect(world!.run(worker, 'copy')).rejects.toThrow();
    });
    await world.run(worker, 'copy');
    await rename(world, ids[0]!, 'dirty');
    const pushing = world.run(worker, 'push');
    await cutConnections(database);
    await pushing.catch(() => undefined);
    await world.run(worker, 'push');
    expect(world.nameAtForge(ids[0]!)).toBe('dirty');
    expect(await world.row()).toMatchObject({ stage: 'verify', condition: null });
    expect(await clean(world)).toMatchObject({ result: 'clean' });
  });

  it('in draining: nobody writes until it is back, then the hand-over is undone', async () => {
    world = await hostileTenant();
    const { database, ids } = world;
    await world.toVerify(world.newWorker());
    const { handover } = await world.lane();
    const { postgres } = handover;
    const closeGate = async (epoch: number, ms: number) => {
      const closed = await postgres.closeGate(epoch, ms);
      await cutConnections(database);
      return closed;
    };
    const dying = {
      ...handover,
      postgres: {
        ...postgres,
        closeGate,
        // Postgres does not come back while this process lives.
        dirtyCount: () => Promise.reject(new Error('Connection terminated')),
        changeStage: (change: Parameters<typeof postgres.changeStage>[0]) =>
          change.action === 'abort'
            ? Promise.reject(new Error('Connection terminated'))
            : postgres.changeStage(change),
      },
    };
    await expect(cutover(dying, { who: 'test', expectEpoch: 1 })).rejects.toThrow('terminated');
    expect(await world.row()).toMatchObject({ stage: 'draining' });
    await expect(rename(world, ids[0]!, 'no')).rejects.toMatchObject({ code: '55006' });
    await world.run(world.newWorker(), 'recover');
    expect(await world.row()).toMatchObject({ stage: 'verify' });
    await rename(world, ids[0]!, 'yes');
    await world.run(world.newWorker(), 'push');
    expect(await clean(world)).toMatchObject({ result: 'clean' });
  });

  it('after the flips: the heads say that Forge is the authority, and the stage follows', async () => {
    world = await hostileTenant();
    const { ids } = world;
    await world.toVerify(world.newWorker());
    const { handover } = await world.lane();
    const { postgres } = handover;
    const changeStage: typeof postgres.changeStage = (change) =>
      change.action === 'live'
        ? Promise.reject(new Error('Connection terminated'))
        : postgres.changeStage(change);
    const dying = { ...handover, postgres: { ...postgres, changeStage } };
    await expect(cutover(dying, { who: 'test', expectEpoch: 1 })).rejects.toThrow('terminated');
    await world.renameAtForge(ids[0]!, 'already at Forge');
    await world.run(world.newWorker(), 'recover', 'reverse');
    expect(await world.row()).toMatchObject({ stage: 'live' });
    expect(await world.nameInPostgres(ids[0]!)).toBe('already at Forge');
  });

  it('in live and rewinding: what Forge wrote waits in its log, and comes back once', async () => {
    world = await hostileTenant();
    const { database, ids } = world;
    const worker = world.newWorker();
    await world.toVerify(worker);
    await world.apply('cutover');
    await world.renameAtForge(ids[0]!, 'waits');
    const lane = await world.lane();
    await whilePostgresIsDown(database, async () => {
      await expect(world!.run(worker, 'reverse')).rejects.toThrow();
      await expect(rollback(lane.handover, 'test', 'a reason')).rejects.toThrow();
    });
    expect(await world.row()).toMatchObject({ stage: 'live' });
    const turning = rollback(lane.handover, 'test', 'a reason');
    await cutConnections(database);
    await turning.catch(() => undefined);
    expect(['verify', 'live']).toContain(await recover((await world.lane()).handover, 'a worker'));
    if ((await world.row()).stage === 'live') await world.apply('rollback');
    expect(await world.nameInPostgres(ids[0]!)).toBe('waits');
    expect(await clean(world)).toMatchObject({ result: 'clean' });
  });

  it('is outlived by a running worker, which goes on by itself', async () => {
    world = await hostileTenant(5);
    const { database, forge, tenant } = world;
    const running = await runWorker(forge.config, pino({ level: 'silent' }));
    try {
      await until(async () => (await world!.row().catch(() => undefined))?.stage === 'verify');
      await whilePostgresIsDown(database, () => new Promise((r) => setTimeout(r, 2_500)));
      const id = await insertList(database.pool, tenant);
      await until(() => Promise.resolve(world!.nameAtForge(id) !== undefined));
    } finally {
      await running.stop();
    }
  }, 90_000);

  it('is told to the operator in a sentence', async () => {
    world = await hostileTenant(1);
    const { database, forge, tenant } = world;
    await world.run(world.newWorker(), 'enrol');
    const lines: string[] = [];
    await whilePostgresIsDown(database, async () => {
      const code = await sayUnreachable(
        () => handoverCommand(forge.config, 'cutover', tenant, { who: 'olga', plan: true }),
        (line) => lines.push(line),
      );
      expect(code).toBe(1);
    });
    expect(lines[0]).toContain('(postgres.unreachable)');
    expect(lines[1]).toContain(LAYER_ERRORS['postgres.unreachable']);
  });
});

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 400; attempt++) {
    if (await isTrue()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('it never happened');
}
