import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Site } from '../types.ts';
import { CLIENT_KEY_PROPERTY } from './index.ts';
import { ada, app, APP_KEY, createJiraTestWorld, testSite, uma } from './testing/jira-world.ts';
import type { JiraTestWorld } from './testing/jira-world.ts';

describe('Jira', () => {
  let world: JiraTestWorld;
  let acme: Site;
  let call: JiraTestWorld['call'];

  beforeEach(() => {
    world = createJiraTestWorld();
    acme = world.site;
    ({ call } = world);
  });

  it('gives an issue by key and by id, with only the fields asked for', async () => {
    const byKey = await call(uma, 'GET', '/rest/api/3/issue/TALLY-1?fields=summary,issuetype');
    expect(byKey).toMatchObject({
      status: 200,
      body: { id: '10000', key: 'TALLY-1', fields: { summary: 'First' } },
    });
    expect(Object.keys((byKey.body as { fields: object }).fields)).toEqual([
      'summary',
      'issuetype',
    ]);
    const byId = await call(uma, 'GET', '/rest/api/3/issue/10001');
    expect(byId.body).toMatchObject({
      key: 'TALLY-2',
      fields: { issuetype: { name: 'Bug' }, status: { name: 'To Do' } },
    });
  });

  it('repeats issue ids and keys from site to site', () => {
    const { jira } = world;
    const other = testSite('other');
    expect(() => jira.projects(other)).toThrow(expect.objectContaining({ code: 'UNKNOWN_SITE' }));
    jira.addSite(other);
    jira.addProject(other, 'TALLY', 'Tally');
    const issue = jira.addIssue(other, { projectKey: 'TALLY', summary: 'Not the same' });
    expect(issue.id).toBe(jira.issue(acme, 'TALLY-1')?.id);
    expect(jira.issue(acme, 'TALLY-1')?.summary).toBe('First');
  });

  it('creates an issue from a document, tells who did it, and edits it', async () => {
    const description = {
      type: 'doc',
      version: 1,
      content: ['One.', 'Two.'].map((text) => ({
        type: 'paragraph',
        content: [{ type: 'text', text }],
      })),
    };
    const fields = {
      ...{ project: { key: 'TALLY' }, issuetype: { name: 'Story' }, summary: 'Third', description },
      ...{ labels: ['a', 'b'], assignee: { accountId: ada.accountId } },
    };
    const properties = [{ key: 'seen', value: 1 }];
    const created = await call(uma, 'POST', '/rest/api/3/issue', { fields, properties });
    expect(created).toMatchObject({ status: 201, body: { id: '10003', key: 'TALLY-3' } });
    const { body } = await call(uma, 'GET', '/rest/api/3/issue/TALLY-3?properties=*all');
    expect(body).toMatchObject({
      properties: { seen: 1 },
      fields: {
        ...{ summary: 'Third', description, labels: ['a', 'b'] },
        ...{ reporter: { displayName: 'Uma User' }, assignee: { displayName: 'Ada Admin' } },
      },
    });
    world.clock.advance(1_000);
    const change = { fields: { summary: 'Changed', description: null, assignee: null } };
    expect((await call(uma, 'PUT', '/rest/api/3/issue/TALLY-3', change)).status).toBe(204);
    const edited = await call(uma, 'GET', '/rest/api/3/issue/TALLY-3');
    expect(edited.body).toMatchObject({
      fields: { summary: 'Changed', description: null, assignee: null, labels: ['a', 'b'] },
    });
    const stamps = (edited.body as { fields: { created: string; updated: string } }).fields;
    expect(stamps.created).not.toBe(stamps.updated);
  });

  it('says by field what is wrong with an issue, and registers fields that it does not have', async () => {
    const post = (fields: object): Promise<unknown> =>
      call(uma, 'POST', '/rest/api/3/issue', { fields });
    const good = { project: { key: 'TALLY' }, issuetype: { name: 'Task' }, summary: 'Fine' };
    const wrong = {
      project: { project: { key: 'NO' } },
      issuetype: { issuetype: undefined },
      summary: { summary: ' ' },
      labels: { labels: ['two words'] },
      assignee: { assignee: { accountId: 'nobody' } },
      description: { description: 'plain' },
    };
    for (const [field, change] of Object.entries(wrong)) {
      expect(await post({ ...good, ...change })).toMatchObject({
        status: 400,
        body: { errors: { [field]: expect.any(String) as unknown } },
      });
    }
    expect(await post({ ...good, duedate: '2026-12-01' })).toMatchObject({ status: 501 });
    expect(world.refused).toEqual(["jira: field 'duedate' of an issue"]);
  });

  it('answers 201, 200, the value, 204 and 404 in the life of an entity property', async () => {
    const path = '/rest/api/3/issue/TALLY-1/properties/checklist';
    const value = { done: 1, total: 2 };
    expect((await call(app, 'PUT', path, value)).status).toBe(201);
    expect((await call(app, 'PUT', path, value)).status).toBe(200);
    expect(await call(uma, 'GET', path)).toEqual({
      status: 200,
      body: { key: 'checklist', value },
    });
    const keys = await call(uma, 'GET', '/rest/api/3/issue/TALLY-1/properties');
    expect(keys.body).toMatchObject({ keys: [{ key: 'checklist' }] });
    expect((await call(uma, 'DELETE', path)).status).toBe(204);
    expect((await call(uma, 'GET', path)).status).toBe(404);
  });

  it('refuses a property value that is not JSON or longer than 32,768 characters', async () => {
    const path = '/rest/api/3/issue/TALLY-1/properties/checklist';
    expect((await world.jira.rest(acme, app, 'PUT', path, 'no json')).status).toBe(400);
    expect((await call(app, 'PUT', path, 'x'.repeat(32_767))).status).toBe(400);
    expect((await call(app, 'PUT', path, 'x'.repeat(32_766))).status).toBe(201);
  });

  it('says who calls', async () => {
    expect((await call(uma, 'GET', '/rest/api/3/myself')).body).toMatchObject({
      accountId: uma.accountId,
      displayName: 'Uma User',
    });
    expect((await call(app, 'GET', '/rest/api/3/myself')).body).toMatchObject({
      accountType: 'app',
    });
  });

  it('searches page by page, gives ids alone unless fields are asked for, and knows its own tokens', async () => {
    const path = '/rest/api/3/search/jql';
    const jql = 'project = TALLY order by key asc';
    const first = await call(app, 'POST', path, { jql, maxResults: 1 });
    expect(first.body).toMatchObject({ issues: [{ id: '10000' }], isLast: false });
    const { nextPageToken } = first.body as { nextPageToken: string };
    const next = { jql, maxResults: 1, nextPageToken, fields: ['summary'] };
    const second = await call(app, 'POST', path, next);
    expect(second.body).toMatchObject({ issues: [{ key: 'TALLY-2' }], isLast: true });
    const byQuery = `${path}?maxResults=1&nextPageToken=${nextPageToken}&jql=`;
    const same = await call(app, 'GET', byQuery + encodeURIComponent(jql));
    expect(same.body).toMatchObject({ issues: [{ id: '10001' }] });
    expect((await call(app, 'GET', `${byQuery}project=OPS`)).status).toBe(400);
    expect((await call(app, 'POST', path, { jql, nextPageToken: '1' })).status).toBe(400);
    world.clock.advance(8 * 24 * 3_600_000);
    expect((await call(app, 'POST', path, next)).status).toBe(400);
    expect((await call(app, 'POST', path, { jql: 'order by key' })).status).toBe(400);
    expect((await call(app, 'GET', '/rest/api/3/search?jql=x')).status).toBe(410);
  });

  it('gives the reserved client key to a hybrid only, and never lists it', async () => {
    const base = `/rest/atlassian-connect/1/addons/${APP_KEY}/properties`;
    const reserved = `${base}/${CLIENT_KEY_PROPERTY}`;
    expect((await call(app, 'GET', reserved)).status).toBe(404);
    acme.generation = 'hybrid';
    expect(await call(app, 'GET', reserved)).toEqual({
      status: 200,
      body: { key: CLIENT_KEY_PROPERTY, value: 'client-acme' },
    });
    expect((await call(app, 'PUT', reserved, 'mine')).status).toBe(400);
    expect((await call(app, 'GET', base)).body).toEqual({ keys: [] });
    expect((await call(app, 'PUT', `${base}/mine`, 1)).body).toMatchObject({ statusCode: 201 });
    const foreign = base.replace(APP_KEY, 'com.example.other');
    expect((await call(app, 'GET', foreign)).status).toBe(401);
  });

  it('keeps the Forge app’s own properties for the app itself, and only on Forge', async () => {
    const path = '/rest/forge/1/app/properties/mine';
    expect((await call(app, 'PUT', path, 1)).status).toBe(403);
    acme.generation = 'hybrid';
    expect((await call(ada, 'PUT', path, 1)).status).toBe(403);
    expect((await call(app, 'PUT', path, 1)).status).toBe(201);
    expect((await call(app, 'DELETE', path)).status).toBe(204);
    expect((await call(app, 'DELETE', path)).status).toBe(404);
  });

  it('evaluates an expression about an issue, and refuses what it can not evaluate', async () => {
    const path = '/rest/api/3/expression/evaluate';
    await call(uma, 'PUT', '/rest/api/3/issue/TALLY-1/properties/checklist', { done: 2 });
    const evaluate = (expression: string, context: object): Promise<unknown> =>
      call(uma, 'POST', path, { expression, context });
    const issue = { key: 'TALLY-1' };
    const expression = "{ key: issue.key, done: issue.properties['checklist'].done + more }";
    const custom = [{ type: 'json', name: 'more', value: 1 }];
    expect(await evaluate(expression, { issue, custom })).toEqual({
      status: 200,
      body: { value: { key: 'TALLY-1', done: 3 } },
    });
    expect(await evaluate('issue.foo', { issue })).toMatchObject({ status: 400 });
    expect(await evaluate('1', { issue: { key: 'NO-1' } })).toMatchObject({ status: 404 });
    expect(await evaluate('issue.comments', { issue })).toMatchObject({ status: 501 });
    expect(await evaluate('issue', { issue })).toMatchObject({ status: 501 });
    expect(await evaluate('1', { board: 1 })).toMatchObject({ status: 501 });
  });

  it('answers 501 and registers paths, parameters and changes that it does not model', async () => {
    const move = { fields: { project: { key: 'OPS' } } };
    const answers = [
      await call(ada, 'GET', '/rest/api/3/workflow/search'),
      await call(ada, 'GET', '/rest/api/3/issue/TALLY-1?expand=changelog'),
      await call(ada, 'PUT', '/rest/api/3/issue/TALLY-1', move),
      await call(ada, 'PUT', '/rest/api/3/issue/TALLY-1', { update: {} }),
      await call(ada, 'POST', '/rest/api/3/search/jql', { jql: 'project=OPS', expand: 'names' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([501, 501, 501, 501, 501]);
    expect(world.refused).toEqual([
      'jira: GET /rest/api/3/workflow/search',
      "jira: GET /rest/api/3/issue/:issueIdOrKey with 'expand'",
      'jira: moving an issue to another project or type',
      "jira: 'update' of an issue",
      "jira: 'expand' of POST /rest/api/3/search/jql",
    ]);
  });
});
