import { beforeEach, describe, expect, it } from '@jest/globals';
import { ada, app, createJiraTestWorld, nora, otto, uma } from './testing/jira-world.ts';
import type { JiraTestWorld } from './testing/jira-world.ts';

describe('permissions', () => {
  let world: JiraTestWorld;
  let call: JiraTestWorld['call'];
  beforeEach(() => {
    world = createJiraTestWorld();
    ({ call } = world);
  });
  const status = async (...call_: Parameters<JiraTestWorld['call']>): Promise<number> =>
    (await call(...call_)).status;

  it('hide every issue and project from a person without access', async () => {
    expect(await status(nora, 'GET', '/rest/api/3/issue/TALLY-1')).toBe(404);
    expect(await status(nora, 'GET', '/rest/api/3/issue/TALLY-1/properties')).toBe(404);
    expect(await status(nora, 'GET', '/rest/api/3/issue/TALLY-1/transitions')).toBe(404);
    expect(await status(nora, 'GET', '/rest/api/3/project/TALLY')).toBe(404);
    const all = await call(nora, 'GET', '/rest/api/3/project/search');
    expect(all.body).toMatchObject({ total: 0 });
    const found = await call(nora, 'GET', '/rest/api/3/search/jql?jql=summary~First');
    expect(found.body).toEqual({ issues: [], isLast: true });
  });

  it('show somebody with one project that project and nothing of the other', async () => {
    expect(await status(otto, 'GET', '/rest/api/3/issue/TALLY-1')).toBe(200);
    expect(await status(otto, 'GET', '/rest/api/3/issue/OPS-1')).toBe(404);
    expect(await status(otto, 'PUT', '/rest/api/3/issue/OPS-1/properties/x', 1)).toBe(404);
    expect(await status(otto, 'PUT', '/rest/api/3/issue/TALLY-1/properties/x', 1)).toBe(201);
    const all = await call(otto, 'GET', '/rest/api/3/project/search');
    expect(all.body).toMatchObject({ total: 1, values: [{ key: 'TALLY' }] });
    const fields = { project: { key: 'OPS' }, issuetype: { name: 'Task' }, summary: 'No' };
    expect(await status(otto, 'POST', '/rest/api/3/issue', { fields })).toBe(400);
    const { jira, site } = world;
    expect(jira.permits(site, otto.accountId, 'BROWSE_PROJECTS')).toBe(true);
    expect(jira.permits(site, otto.accountId, 'BROWSE_PROJECTS', 'OPS')).toBe(false);
    expect(jira.permits(site, nora.accountId, 'BROWSE_PROJECTS')).toBe(false);
  });

  it('keep deleting and administering for administrators', async () => {
    expect(await status(uma, 'DELETE', '/rest/api/3/issue/TALLY-2')).toBe(403);
    expect(await status(ada, 'DELETE', '/rest/api/3/issue/TALLY-2')).toBe(204);
    const path = '/rest/api/3/project/TALLY/properties/setting';
    expect(await status(uma, 'PUT', path, 1)).toBe(403);
    expect(await status(ada, 'PUT', path, 1)).toBe(201);
    expect((await call(uma, 'GET', path)).body).toEqual({ key: 'setting', value: 1 });
    expect(await status(uma, 'DELETE', '/rest/api/3/project/OPS')).toBe(401);
    expect(await status(app, 'DELETE', '/rest/api/3/project/OPS')).toBe(401);
    expect(await status(ada, 'DELETE', '/rest/api/3/project/OPS')).toBe(204);
    expect(await status(ada, 'GET', '/rest/api/3/issue/OPS-1')).toBe(404);
  });

  it('can be given to some people of one project only, and back to everyone', async () => {
    const { jira, site } = world;
    const edit = (issue: string): Promise<number> =>
      status(uma, 'PUT', `/rest/api/3/issue/${issue}`, { fields: { summary: 'New' } });
    const move = { transition: { id: '31' } };
    jira.grant(site, 'OPS', 'EDIT_ISSUES', [ada.accountId]);
    jira.grant(site, 'OPS', 'TRANSITION_ISSUES', []);
    jira.grant(site, 'OPS', 'ADMINISTER_PROJECTS', [uma.accountId]);
    expect(await edit('OPS-1')).toBe(403);
    expect(await edit('TALLY-1')).toBe(204);
    expect(await status(uma, 'DELETE', '/rest/api/3/issue/OPS-1/properties/x')).toBe(404);
    expect(await status(uma, 'POST', '/rest/api/3/issue/OPS-1/transitions', move)).toBe(400);
    const none = await call(uma, 'GET', '/rest/api/3/issue/OPS-1/transitions');
    expect(none.body).toMatchObject({ transitions: [] });
    expect(await status(uma, 'PUT', '/rest/api/3/project/OPS/properties/x', 1)).toBe(201);
    expect(await status(ada, 'PUT', '/rest/api/3/project/OPS/properties/x', 1)).toBe(403);
    jira.grant(site, 'OPS', 'EDIT_ISSUES', 'everyone');
    expect(await edit('OPS-1')).toBe(204);
    jira.grant(site, 'OPS', 'BROWSE_PROJECTS', [ada.accountId]);
    expect(await edit('OPS-1')).toBe(404);
    const wrong = (permission: string, project: string): unknown => {
      try {
        jira.grant(site, project, permission, []);
        return 'done';
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    expect(wrong('ADMINISTER', 'OPS')).toBe('UNKNOWN_PERMISSION');
    expect(wrong('EDIT_ISSUES', 'NO')).toBe('UNKNOWN_PROJECT');
  });

  it('are checked for anybody when the app asks, and for oneself when a person does', async () => {
    const body = {
      accountId: otto.accountId,
      globalPermissions: ['ADMINISTER'],
      projectPermissions: [
        {
          permissions: ['EDIT_ISSUES', 'DELETE_ISSUES'],
          issues: [10_000, 10_002, 99],
          projects: [10_000, 10_001],
        },
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
    expect(await status(nora, 'POST', path, body)).toBe(403);
    const asAda = await call(app, 'POST', path, { ...body, accountId: ada.accountId });
    expect(asAda.body).toMatchObject({ globalPermissions: ['ADMINISTER'] });
    const unknown = { projectPermissions: [{ permissions: ['NO_SUCH'], issues: [10_000] }] };
    expect(await status(app, 'POST', path, unknown)).toBe(400);
  });

  it('are told to a person for the site, a project or an issue, and never without a list of keys', async () => {
    const path = '/rest/api/3/mypermissions';
    const of = async (caller: typeof uma, query: string): Promise<unknown> => {
      const { body } = await call(caller, 'GET', `${path}?permissions=EDIT_ISSUES${query}`);
      const { permissions } = body as { permissions?: Record<string, { havePermission: boolean }> };
      return permissions?.['EDIT_ISSUES']?.havePermission;
    };
    expect(await status(uma, 'GET', path)).toBe(400);
    expect(await status(uma, 'GET', `${path}?permissions=NO`)).toBe(400);
    expect(await of(otto, '')).toBe(true);
    expect(await of(nora, '')).toBe(false);
    expect(await of(otto, '&issueKey=TALLY-1')).toBe(true);
    expect(await status(otto, 'GET', `${path}?permissions=EDIT_ISSUES&projectKey=OPS`)).toBe(404);
    world.jira.grant(world.site, 'OPS', 'EDIT_ISSUES', []);
    expect(await of(uma, '&projectKey=OPS')).toBe(false);
    const admin = await call(uma, 'GET', `${path}?permissions=ADMINISTER`);
    expect(admin.body).toMatchObject({ permissions: { ADMINISTER: { havePermission: false } } });
  });
});

describe('scopes', () => {
  const issue = '/rest/api/3/issue/TALLY-1';

  it('do not bind a person in Jira itself, nor anybody while nothing is known about them', async () => {
    const world = createJiraTestWorld();
    expect((await world.call(app, 'GET', issue)).status).toBe(200);
    world.scopes = [];
    expect((await world.call(uma, 'GET', issue)).status).toBe(200);
    expect((await world.call(app, 'GET', issue)).status).toBe(403);
  });

  it('of a Connect app include the lesser ones', async () => {
    const world = createJiraTestWorld();
    const answers = async (): Promise<number[]> => [
      (await world.call(app, 'GET', issue)).status,
      (await world.call(app, 'PUT', `${issue}/properties/x`, 1)).status,
      (await world.call(app, 'DELETE', `${issue}/properties/x`)).status,
      (await world.call({ ...uma, via: 'connect' }, 'GET', issue)).status,
    ];
    world.scopes = ['READ'];
    expect(await answers()).toEqual([200, 403, 403, 200]);
    world.scopes = ['write', 'act_as_user'];
    expect(await answers()).toEqual([200, 201, 403, 200]);
    world.scopes = ['ADMIN'];
    expect(await answers()).toEqual([200, 200, 204, 200]);
  });

  it('of a hybrid tell Forge from Connect: connect-jira opens no call of a function', async () => {
    const world = createJiraTestWorld();
    world.site.generation = 'hybrid';
    world.scopes = ['read:connect-jira', 'write:connect-jira', 'read:jira-work'];
    const forge = { kind: 'app', via: 'forge' } as const;
    const connect = { kind: 'app', via: 'connect' } as const;
    const put = (caller: typeof forge | typeof connect | typeof app): Promise<unknown> =>
      world.call(caller, 'PUT', `${issue}/properties/x`, 1);
    expect(await put(forge)).toEqual({
      status: 401,
      body: { code: 401, message: 'Unauthorized; scope does not match' },
    });
    expect(await put(app)).toMatchObject({ status: 401 });
    expect(await put(connect)).toMatchObject({ status: 201 });
    expect((await world.call({ ...uma, via: 'forge' }, 'GET', issue)).status).toBe(200);
    const properties = '/rest/atlassian-connect/1/addons/com.example.app/properties';
    expect((await world.call(forge, 'GET', properties)).status).toBe(200);
    world.scopes = ['read:jira-work'];
    expect((await world.call(forge, 'GET', properties)).status).toBe(401);
    expect((await world.call(connect, 'GET', issue)).status).toBe(403);
    world.scopes = ['write:issue.property:jira'];
    expect(await put(forge)).toMatchObject({ status: 200 });
  });
});
