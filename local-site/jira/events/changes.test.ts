import { beforeEach, describe, expect, it } from '@jest/globals';
import { AUTOMATION_ACCOUNT_ID } from '../index.ts';
import { ada, app, createJiraTestWorld, uma } from '../testing/jira-world.ts';
import type { JiraTestWorld } from '../testing/jira-world.ts';

describe('what Jira tells about', () => {
  let world: JiraTestWorld;
  let call: JiraTestWorld['call'];
  beforeEach(() => {
    world = createJiraTestWorld();
    ({ call } = world);
  });
  const names = (): string[] =>
    world.changes.flatMap(({ webhooks, events }) => [
      ...webhooks.map(({ event }) => event),
      ...events.map(({ event }) => event),
    ]);
  const edit = (fields: object, caller = uma): Promise<unknown> =>
    call(caller, 'PUT', '/rest/api/3/issue/TALLY-1', { fields });

  it('a new issue: one webhook and one product event with the same facts', async () => {
    const fields = { project: { key: 'TALLY' }, issuetype: { name: 'Task' }, summary: 'Third' };
    await call(uma, 'POST', '/rest/api/3/issue', { fields });
    expect(world.changes).toMatchObject([
      {
        caller: uma,
        webhooks: [
          {
            event: 'jira:issue_created',
            body: {
              ...{ timestamp: world.clock.now(), webhookEvent: 'jira:issue_created' },
              user: { accountId: uma.accountId },
              issue: { key: 'TALLY-3', fields: { summary: 'Third' } },
            },
          },
        ],
        events: [
          {
            event: 'avi:jira:created:issue',
            payload: {
              ...{ timestamp: String(world.clock.now()), selfGenerated: false },
              ...{ atlassianId: uma.accountId, issue: { key: 'TALLY-3' } },
              associatedUsers: [{ accountId: uma.accountId }],
            },
          },
        ],
      },
    ]);
  });

  it('nothing where nothing has changed', async () => {
    await edit({ summary: 'First' });
    expect(world.changes).toEqual([]);
  });

  it('changed fields, with what they were', async () => {
    await edit({ summary: 'New', labels: ['a'] });
    const items = [
      { field: 'summary', fromString: 'First', toString: 'New' },
      { field: 'labels', fromString: '', toString: 'a' },
    ];
    expect(names()).toEqual(['jira:issue_updated', 'avi:jira:updated:issue']);
    expect(world.changes[0]?.webhooks[0]?.body).toMatchObject({ changelog: { items } });
    expect(world.changes[0]?.events[0]?.payload).toMatchObject({ changelog: { items } });
  });

  it('an assignment, to Forge by an event of its own as well', async () => {
    await edit({ assignee: { accountId: ada.accountId } });
    expect(names()).toEqual([
      ...['jira:issue_updated', 'avi:jira:updated:issue', 'avi:jira:assigned:issue'],
    ]);
    expect(world.changes[0]?.events[1]?.payload).toMatchObject({
      changelog: { items: [{ from: null, to: ada.accountId, toString: 'Ada Admin' }] },
    });
  });

  it('a deleted issue as it was, once, also through the door', async () => {
    const { jira, site } = world;
    await call(ada, 'DELETE', '/rest/api/3/issue/TALLY-2');
    expect(await jira.deleteIssue(site, 'TALLY-1')).toBe(true);
    expect(await jira.deleteIssue(site, 'TALLY-1')).toBe(false);
    expect(names()).toEqual([
      ...['jira:issue_deleted', 'avi:jira:deleted:issue'],
      ...['jira:issue_deleted', 'avi:jira:deleted:issue'],
    ]);
    expect(world.changes[0]?.webhooks[0]?.body).toMatchObject({
      webhookEvent: 'jira:issue_deleted',
      issue: { id: '10001', key: 'TALLY-2', fields: { summary: 'Second' } },
      user: { accountId: ada.accountId },
    });
    expect(world.changes[1]?.events[0]?.payload).toMatchObject({
      issue: { id: '10000', key: 'TALLY-1' },
    });
    expect(world.changes[1]).not.toHaveProperty('caller');
  });

  it('a deleted project, and not its issues one by one', async () => {
    await call(ada, 'DELETE', '/rest/api/3/project/OPS');
    expect(await world.jira.deleteProject(world.site, 'TALLY')).toBe(true);
    expect(await world.jira.deleteProject(world.site, 'TALLY')).toBe(false);
    expect(names()).toEqual([
      ...['project_soft_deleted', 'avi:jira:softdeleted:project'],
      ...['project_deleted', 'avi:jira:deleted:project'],
    ]);
    expect(world.changes[1]?.webhooks[0]).toMatchObject({
      body: { project: { id: 10_000, key: 'TALLY' } },
    });
    expect(world.jira.issue(world.site, 'TALLY-1')).toBeUndefined();
  });

  it('an entity property, to Connect only, and by default without saying which', async () => {
    const path = '/rest/api/3/issue/TALLY-1/properties/tally.command';
    await call(app, 'PUT', path, { action: 'add' });
    await call(ada, 'DELETE', path);
    await world.jira.automation.setProperty(world.site, 'TALLY-1', 'tally.command', 1);
    expect(names()).toEqual([
      ...['issue_property_set', 'issue_property_deleted', 'issue_property_set'],
    ]);
    const [set] = world.changes[0]?.webhooks ?? [];
    expect(set?.body).toEqual({
      timestamp: world.clock.now(),
      webhookEvent: 'issue_property_set',
    });
    expect(set?.propertyKey).toBe('tally.command');
    expect(Object.fromEntries(set?.values ?? [])).toMatchObject({
      ...{ 'issue.id': '10000', 'issue.key': 'TALLY-1', 'property.key': 'tally.command' },
    });
    expect(world.changes[2]?.caller).toMatchObject({ accountId: AUTOMATION_ACCOUNT_ID });
    expect(world.jira.issue(world.site, 'TALLY-1')?.properties.get('tally.command')).toBe(1);
    await expect(world.jira.automation.setProperty(world.site, 'NO-1', 'x', 1)).rejects.toThrow(
      expect.objectContaining({ code: 'UNKNOWN_ISSUE' }),
    );
  });

  it('an entity property with issue and value where the switch says so', async () => {
    world = createJiraTestWorld({ switches: { propertyWebhookBody: 'full' } });
    await world.jira.automation.setProperty(world.site, 'TALLY-1', 'tally.command', { a: 1 });
    expect(world.changes[0]?.webhooks[0]?.body).toMatchObject({
      issue: { id: '10000', key: 'TALLY-1' },
      property: { key: 'tally.command', value: { a: 1 } },
    });
  });

  it('an issue only to those whose filter it matches, as it was', async () => {
    await call(ada, 'DELETE', '/rest/api/3/issue/TALLY-2');
    const matches = world.changes[0]?.webhooks[0]?.matches;
    expect(matches?.('project = TALLY AND type = Bug')).toBe(true);
    expect(matches?.('project = OPS')).toBe(false);
    expect(matches?.('')).toBe(true);
    expect(matches?.('colour = red')).toBe(false);
    expect(world.refused).toEqual([]);
    expect(matches?.('sprint = 1')).toBe(false);
    expect(world.refused).toEqual(['jira: JQL: field sprint']);
  });

  it('what the app does itself as self-generated', async () => {
    await call(app, 'PUT', '/rest/api/3/issue/TALLY-1', { fields: { summary: 'By the app' } });
    expect(world.changes[0]?.events[0]?.payload).toMatchObject({ selfGenerated: true });
  });
});
