import { beforeEach, describe, expect, it } from '@jest/globals';
import type { SiteModule } from '../../types.ts';
import { ada, app, createJiraTestWorld, uma } from '../testing/jira-world.ts';
import type { JiraTestWorld } from '../testing/jira-world.ts';

const connect: SiteModule = {
  ...{ face: 'connect', type: 'jiraDashboardItems', key: 'progress' },
  body: { name: { value: 'Progress' }, url: '/item', configurable: true },
};
const forge = (key: string, connectKeys?: string[]): SiteModule => ({
  ...{ face: 'forge', type: 'jira:dashboardGadget', key },
  body: { title: { text: 'Forge progress' }, ...(connectKeys && { connectKeys }) },
});

describe('dashboards', () => {
  let world: JiraTestWorld;
  let id: string;
  beforeEach(() => {
    world = createJiraTestWorld();
    world.modules = [connect];
    ({ id } = world.jira.dashboards.add(world.site, 'Team', uma.accountId));
  });

  it('hold gadgets one below the other, each with a configuration of its own', () => {
    const { dashboards } = world.jira;
    const first = dashboards.addGadget(world.site, id, 'progress');
    const second = dashboards.addGadget(world.site, id, 'progress');
    expect(first).toMatchObject({ title: 'Progress', placedAs: 'connect', column: 0, row: 0 });
    expect(second).toMatchObject({ row: 1 });
    dashboards.configureGadget(world.site, id, second.id, { refresh: 15 });
    expect(dashboards.get(world.site, id)?.gadgets).toMatchObject([
      { configuration: {} },
      { configuration: { refresh: 15 } },
    ]);
    expect(dashboards.removeGadget(world.site, id, first.id)).toBe(true);
    expect(dashboards.removeGadget(world.site, id, first.id)).toBe(false);
    expect(dashboards.get(world.site, id)?.gadgets).toHaveLength(1);
  });

  it('refuse gadgets, dashboards and modules that are not there', () => {
    const { dashboards } = world.jira;
    const code = (act: () => unknown): unknown => {
      try {
        return act();
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    expect(code(() => dashboards.addGadget(world.site, id, 'no'))).toBe('UNKNOWN_MODULE');
    expect(code(() => dashboards.addGadget(world.site, '1', 'progress'))).toBe('UNKNOWN_DASHBOARD');
    expect(code(() => dashboards.configureGadget(world.site, id, '1', {}))).toBe('UNKNOWN_GADGET');
    expect(dashboards.get(world.site, '1')).toBeUndefined();
    expect(dashboards.remove(world.site, id)).toBe(true);
    expect(dashboards.list(world.site)).toEqual([]);
  });

  it('show a placed Connect item by the Forge gadget whose connectKeys name it', () => {
    const { dashboards } = world.jira;
    const placed = dashboards.addGadget(world.site, id, 'progress');
    const shown = (...modules: SiteModule[]): unknown => {
      world.modules = modules;
      return dashboards.moduleOf(world.site, placed)?.key;
    };
    expect(shown(connect)).toBe('progress');
    expect(shown(forge('tally-gadget', ['progress']))).toBe('tally-gadget');
    expect(shown(forge('progress'))).toBe('progress');
    expect(shown(forge('other'))).toBeUndefined();
    // With connectKeys the gadget's own key does not count.
    expect(shown(forge('progress', ['another']))).toBeUndefined();
    expect(shown()).toBeUndefined();
  });

  it('keep a gadget placed as Forge out of Connect’s reach', () => {
    const { dashboards } = world.jira;
    world.modules = [forge('progress', ['old'])];
    const placed = dashboards.addGadget(world.site, id, 'progress');
    expect(placed).toMatchObject({ placedAs: 'forge', title: 'Forge progress' });
    expect(dashboards.moduleOf(world.site, placed)?.face).toBe('forge');
    world.modules = [connect];
    expect(dashboards.moduleOf(world.site, placed)).toBeUndefined();
  });

  it('keep item properties that everybody reads and the owner and administrators write', async () => {
    const gadget = world.jira.dashboards.addGadget(world.site, id, 'progress');
    const path = `/rest/api/3/dashboard/${id}/items/${gadget.id}/properties/config`;
    expect((await world.call(app, 'PUT', path, 1)).status).toBe(403);
    expect((await world.call(uma, 'PUT', path, { project: 'TALLY' })).status).toBe(201);
    expect((await world.call(ada, 'PUT', path, { project: 'OPS' })).status).toBe(200);
    expect((await world.call(app, 'GET', path)).body).toEqual({
      key: 'config',
      value: { project: 'OPS' },
    });
    const shown = world.jira.dashboards.get(world.site, id)?.gadgets[0];
    expect(shown?.properties).toEqual({ config: { project: 'OPS' } });
    expect((await world.call(app, 'DELETE', path)).status).toBe(403);
    expect((await world.call(uma, 'DELETE', path)).status).toBe(204);
    expect((await world.call(uma, 'GET', path)).status).toBe(404);
    const nowhere = path.replace(gadget.id, '1');
    expect((await world.call(uma, 'GET', nowhere)).status).toBe(404);
  });

  it('are listed page by page', async () => {
    world.jira.dashboards.add(world.site, 'Second', ada.accountId);
    const { body } = await world.call(uma, 'GET', '/rest/api/3/dashboard?startAt=1&maxResults=5');
    expect(body).toMatchObject({ total: 2, dashboards: [{ name: 'Second', isWritable: false }] });
    const one = await world.call(uma, 'GET', `/rest/api/3/dashboard/${id}`);
    expect(one.body).toMatchObject({ name: 'Team', isWritable: true });
    expect((await world.call(uma, 'GET', '/rest/api/3/dashboard?startAt=x')).status).toBe(400);
    expect((await world.call(uma, 'GET', '/rest/api/3/dashboard/1')).status).toBe(404);
  });
});
