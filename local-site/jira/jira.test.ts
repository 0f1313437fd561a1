import { beforeEach, describe, expect, it } from '@jest/globals';
import { createFakeClock } from '../support/index.ts';
import type { Answer, Caller, Site, UnmodelledRegister } from '../types.ts';
import { CLIENT_KEY_PROPERTY, createJira, DEMO_USERS } from './index.ts';
import type { IssueDeletion, JiraRoom } from './index.ts';

const APP_KEY = 'com.example.app';
const app: Caller = { kind: 'app' };
const [ada, uma, nora] = DEMO_USERS.map(({ accountId }): Caller & { kind: 'user' } => ({
  kind: 'user',
  accountId,
})) as [Caller & { kind: 'user' }, Caller & { kind: 'user' }, Caller & { kind: 'user' }];

function site(slug: string): Site {
  return {
    slug,
    displayName: slug,
    cloudId: `cloud-${slug}`,
    clientKey: `client-${slug}`,
    baseUrl: `http://localhost:4400/sites/${slug}`,
    users: DEMO_USERS,
    generation: 'connect',
  };
}

describe('Jira', () => {
  let jira: JiraRoom;
  let acme: Site;
  let refused: string[];
  let deletions: IssueDeletion[];

  beforeEach(() => {
    refused = [];
    deletions = [];
    const register: UnmodelledRegister = {
      refuse: (room, what) => {
        refused.push(`${room}: ${what}`);
        return { status: 501, body: { code: 'NOT_MODELLED', message: what } };
      },
      list: () => [],
    };
    jira = createJira({
      register,
      clock: createFakeClock(),
      appKey: () => APP_KEY,
      onIssueDeleted: (_site, deletion) => {
        deletions.push(deletion);
        return Promise.resolve();
      },
    });
    acme = site('acme');
    jira.addSite(acme);
    jira.addProject(acme, 'TALLY', 'Tally');
    jira.addIssue(acme, { projectKey: 'TALLY', summary: 'First', description: 'One.\n\nTwo.' });
    jira.addIssue(acme, { projectKey: 'TALLY', summary: 'Second', type: 'Bug' });
  });

  const call = (caller: Caller, method: string, path: string, body?: unknown): Promise<Answer> =>
    jira.rest(acme, caller, method, path, body === undefined ? undefined : JSON.stringify(body));

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
    expect(byId.body).toMatchObject({ key: 'TALLY-2', fields: { issuetype: { name: 'Bug' } } });
  });

  it('hides every issue and project from a person without access', async () => {
    expect((await call(nora, 'GET', '/rest/api/3/issue/TALLY-1')).status).toBe(404);
    expect((await call(nora, 'GET', '/rest/api/3/project/TALLY')).status).toBe(404);
    expect((await call(nora, 'GET', '/rest/api/3/project/search')).body).toMatchObject({
      total: 0,
    });
    const found = await call(nora, 'GET', '/rest/api/3/search/jql?jql=project=TALLY');
    expect(found.body).toMatchObject({ issues: [], isLast: true });
  });

  it('repeats issue ids and keys from site to site', () => {
    const other = site('other');
    jira.addSite(other);
    jira.addProject(other, 'TALLY', 'Tally');
    const issue = jira.addIssue(other, { projectKey: 'TALLY', summary: 'Not the same' });
    expect(issue.id).toBe(jira.issue(acme, 'TALLY-1')?.id);
    expect(jira.issue(acme, 'TALLY-1')?.summary).toBe('First');
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
    expect((await jira.rest(acme, app, 'PUT', path, 'no json')).status).toBe(400);
    expect((await call(app, 'PUT', path, 'x'.repeat(32_767))).status).toBe(400);
    expect((await call(app, 'PUT', path, 'x'.repeat(32_766))).status).toBe(201);
  });

  it('lets only administrators of a project write its properties', async () => {
    const path = '/rest/api/3/project/TALLY/properties/setting';
    expect((await call(uma, 'PUT', path, 1)).status).toBe(403);
    expect((await call(ada, 'PUT', path, 1)).status).toBe(201);
    expect((await call(uma, 'GET', path)).body).toEqual({ key: 'setting', value: 1 });
  });

  it('checks the permissions of anybody for the app, and only their own for a person', async () => {
    const body = {
      accountId: uma.accountId,
      globalPermissions: ['ADMINISTER'],
      projectPermissions: [
        { permissions: ['EDIT_ISSUES', 'DELETE_ISSUES'], issues: [10_000, 99], projects: [10_000] },
      ],
    };
    const path = '/rest/api/3/permissions/check';
    expect(await call(app, 'POST', path, body)).toEqual({
      status: 200,
      body: {
        globalPermissions: [],
        projectPermissions: [{ permission: 'EDIT_ISSUES', issues: [10_000], projects: [10_000] }],
      },
    });
    expect((await call(nora, 'POST', path, body)).status).toBe(403);
    const asAda = await call(app, 'POST', path, { ...body, accountId: ada.accountId });
    expect(asAda.body).toMatchObject({ globalPermissions: ['ADMINISTER'] });
    const unknown = { projectPermissions: [{ permissions: ['NO_SUCH'], issues: [10_000] }] };
    expect((await call(app, 'POST', path, unknown)).status).toBe(400);
  });

  it('tells a person their permissions and refuses to without a list of keys', async () => {
    const path = '/rest/api/3/mypermissions';
    expect((await call(uma, 'GET', path)).status).toBe(400);
    const answer = await call(uma, 'GET', `${path}?permissions=ADMINISTER,EDIT_ISSUES`);
    expect(answer.body).toMatchObject({
      permissions: { ADMINISTER: { havePermission: false }, EDIT_ISSUES: { havePermission: true } },
    });
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

  it('searches page by page and gives ids alone unless fields are asked for', async () => {
    const path = '/rest/api/3/search/jql';
    const first = await call(app, 'GET', `${path}?jql=project%20%3D%20TALLY&maxResults=1`);
    expect(first.body).toEqual({ issues: [{ id: '10000' }], isLast: false, nextPageToken: '1' });
    const second = await call(app, 'POST', path, {
      jql: 'project in (TALLY) order by key asc',
      maxResults: 1,
      nextPageToken: '1',
      fields: ['summary'],
    });
    expect(second.body).toMatchObject({ issues: [{ key: 'TALLY-2' }], isLast: true });
    const named = await call(app, 'POST', path, {
      jql: 'key in (TALLY-2, NO-1) AND project = TALLY',
    });
    expect(named.body).toMatchObject({ issues: [{ id: '10001' }] });
    expect((await call(app, 'POST', path, { jql: 'order by key' })).status).toBe(400);
    expect((await call(app, 'POST', path, { jql: 'assignee = me' })).status).toBe(400);
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

  it('deletes an issue once, tells about it, and lets only administrators do so by REST', async () => {
    expect((await call(uma, 'DELETE', '/rest/api/3/issue/TALLY-2')).status).toBe(403);
    expect((await call(ada, 'DELETE', '/rest/api/3/issue/TALLY-2')).status).toBe(204);
    expect(await jira.deleteIssue(acme, 'TALLY-1')).toBe(true);
    expect(await jira.deleteIssue(acme, 'TALLY-1')).toBe(false);
    expect(deletions.map(({ issueKey }) => issueKey)).toEqual(['TALLY-2', 'TALLY-1']);
    expect(deletions[0]?.webhook).toMatchObject({
      webhookEvent: 'jira:issue_deleted',
      issue: { id: '10001', key: 'TALLY-2' },
      user: { accountId: ada.accountId },
    });
    expect(deletions[1]?.event).toMatchObject({ issue: { id: '10000', key: 'TALLY-1' } });
  });

  it('answers 501 and registers what it does not model', async () => {
    expect((await call(ada, 'GET', '/rest/api/3/workflow/search')).status).toBe(501);
    expect((await call(ada, 'PUT', '/rest/api/3/issue/TALLY-1', {})).status).toBe(501);
    expect(refused).toEqual([
      'jira: GET /rest/api/3/workflow/search',
      'jira: PUT /rest/api/3/issue/TALLY-1',
    ]);
  });
});
