import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createFakeClock } from '../../support/index.ts';
import type { SiteModule } from '../../types.ts';
import { createJira } from '../index.ts';
import { ada, app, APP_KEY, createJiraTestWorld, testSite, uma } from '../testing/jira-world.ts';

const MODULES: readonly SiteModule[] = [
  {
    ...{ face: 'forge', type: 'jira:workflowCondition', key: 'rule' },
    body: { expression: 'false' },
  },
  { face: 'connect', type: 'jiraDashboardItems', key: 'item', body: { name: { value: 'Item' } } },
];

describe('what Jira keeps', () => {
  let folder = '';
  let file = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'local-site-jira-'));
    file = join(folder, 'jira.sqlite');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('survives a restart: projects, issues, properties, workflows, dashboards, grants, counters', async () => {
    const before = createJiraTestWorld({ file });
    before.modules = MODULES;
    const { jira, site } = before;
    const id = jira.workflows.addRule(site, 'TALLY', {
      ...{ transitionId: '31', kind: 'condition', moduleKey: 'rule', configuration: '{"a":1}' },
    });
    const board = jira.dashboards.add(site, 'Team', uma.accountId);
    const gadget = jira.dashboards.addGadget(site, board.id, 'item');
    jira.dashboards.configureGadget(site, board.id, gadget.id, { refresh: 5 });
    jira.grant(site, 'OPS', 'BROWSE_PROJECTS', [ada.accountId]);
    await before.call(uma, 'PUT', '/rest/api/3/issue/TALLY-1/properties/checklist', { done: 1 });
    await before.call(ada, 'PUT', '/rest/api/3/project/TALLY/properties/setting', [1]);
    await before.call(
      ...([uma, 'PUT'] as const),
      `/rest/api/3/dashboard/${board.id}/items/${gadget.id}/properties/p`,
      2,
    );
    await before.call(
      ...([app, 'PUT'] as const),
      `/rest/atlassian-connect/1/addons/${APP_KEY}/properties/mine`,
      'kept',
    );
    const fields = { assignee: { accountId: ada.accountId }, labels: ['x'] };
    await before.call(uma, 'PUT', '/rest/api/3/issue/TALLY-1', { fields });
    await before.call(uma, 'POST', '/rest/api/3/issue/TALLY-1/transitions', {
      transition: { id: '21' },
    });
    await before.call(ada, 'DELETE', '/rest/api/3/issue/TALLY-2');
    const look = async (world: typeof before): Promise<unknown> => [
      await world.call(uma, 'GET', '/rest/api/3/issue/TALLY-1?properties=*all'),
      await world.call(uma, 'GET', '/rest/api/3/issue/TALLY-2'),
      await world.call(uma, 'GET', '/rest/api/3/issue/OPS-1'),
      await world.call(uma, 'GET', '/rest/api/3/project/TALLY/properties/setting'),
      await world.call(
        ...([app, 'GET'] as const),
        `/rest/atlassian-connect/1/addons/${APP_KEY}/properties/mine`,
      ),
      world.jira.workflows.of(world.site, 'TALLY'),
      world.jira.dashboards.list(world.site),
    ];
    const seen = await look(before);
    jira.close();

    const after = createJiraTestWorld({ file });
    after.modules = MODULES;
    expect(await look(after)).toEqual(seen);
    expect(after.jira.workflows.of(after.site, 'TALLY')?.transitions[2]?.rules).toEqual([id]);
    const issue = after.jira.addIssue(after.site, { projectKey: 'TALLY', summary: 'Next' });
    expect(issue).toMatchObject({ id: '10003', key: 'TALLY-3' });
    after.jira.close();
  });

  it('goes back to a snapshot, and fills another site with it, on disk too', async () => {
    const before = createJiraTestWorld({ file });
    const { jira, site } = before;
    await before.call(uma, 'PUT', '/rest/api/3/issue/TALLY-1/properties/checklist', { done: 1 });
    const snapshot = jira.snapshot(site);
    await before.call(uma, 'PUT', '/rest/api/3/issue/TALLY-1/properties/checklist', { done: 2 });
    await before.call(ada, 'DELETE', '/rest/api/3/issue/TALLY-2');
    jira.addIssue(site, { projectKey: 'OPS', summary: 'Later' });
    const copy = testSite('copy');
    jira.addSite(copy);
    jira.restore(site, snapshot);
    jira.restore(copy, snapshot);
    const done = (of: typeof before, where: typeof site): unknown =>
      of.jira.issue(where, 'TALLY-1')?.properties.get('checklist');
    await before.call(uma, 'PUT', '/rest/api/3/issue/TALLY-1/properties/checklist', { done: 3 });
    expect(done(before, copy)).toEqual({ done: 1 });
    jira.restore(site, snapshot);
    jira.close();
    const after = createJiraTestWorld({ file });
    after.jira.addSite(copy);
    for (const where of [after.site, copy]) {
      expect(done(after, where)).toEqual({ done: 1 });
      expect(after.jira.issue(where, 'TALLY-2')?.key).toBe('TALLY-2');
      expect(after.jira.issue(where, 'OPS-2')).toBeUndefined();
    }
    after.jira.close();
  });

  it('is in the file when the turn is over, also when nobody closes it', async () => {
    const before = createJiraTestWorld({ file });
    await before.call(uma, 'PUT', '/rest/api/3/issue/TALLY-1/properties/checklist', { done: 1 });
    const after = createJiraTestWorld({ file });
    expect(after.jira.issue(after.site, 'TALLY-1')?.properties.get('checklist')).toEqual({
      done: 1,
    });
    before.jira.close();
    after.jira.close();
  });

  it('is refused when another version has written it', () => {
    const db = new DatabaseSync(file);
    db.exec('pragma user_version = 99');
    db.close();
    expect(() => createJiraTestWorld({ file })).toThrow(
      expect.objectContaining({ code: 'STORE_VERSION' }),
    );
  });

  it('costs a site that nobody uses nothing but its name, with a file and 10,000 sites', () => {
    const register = { refuse: () => ({ status: 501 }), list: () => [] };
    const clock = createFakeClock();
    const jira = createJira({ register, clock, appKey: () => undefined, file });
    for (let index = 0; index < 10_000; index++) jira.addSite(testSite(`site-${index}`));
    expect(jira.projects(testSite('site-77'))).toEqual([]);
    jira.close();
    const db = new DatabaseSync(file);
    expect(db.prepare('select count(*) as n from site').get()).toEqual({ n: 0 });
    db.close();
  });

  it('holds 50,000 issues of one site and finds them again', async () => {
    const before = createJiraTestWorld({ file });
    for (let index = 0; index < 50_000; index++) {
      before.jira.addIssue(before.site, { projectKey: 'OPS', summary: `Number ${index}` });
    }
    await Promise.resolve();
    before.jira.close();
    const after = createJiraTestWorld({ file });
    expect(after.jira.issuePage(after.site, 'OPS', 49_999, 5)).toMatchObject({
      total: 50_001,
      issues: [{ key: 'OPS-50000' }, { key: 'OPS-50001' }],
    });
    const body = { jql: 'project = OPS AND summary ~ 49999', fields: ['summary'] };
    const found = await after.call(uma, 'POST', '/rest/api/3/search/jql', body);
    expect(found.body).toMatchObject({ issues: [{ fields: { summary: 'Number 49999' } }] });
    after.jira.close();
  });
});
