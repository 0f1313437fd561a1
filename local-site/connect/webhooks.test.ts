import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createFakeClock } from '../support/index.ts';
import type { FakeClock } from '../support/index.ts';
import type { Site } from '../types.ts';
import { createConnectHost } from './index.ts';
import type { ConnectHostRoom } from './index.ts';
import { startTestApp } from './test-app.ts';
import type { ReceivedRequest, TestApp } from './test-app.ts';

const WEBHOOKS = [
  { event: 'jira:issue_updated', url: '/all' },
  { event: 'jira:issue_updated', url: '/filtered', filter: 'project = TALLY' },
  { event: 'jira:issue_updated', url: '/bare?issue={issue.key}', excludeBody: true },
  { event: 'issue_property_set', url: '/property?key={property.key}', propertyKeys: ['mine'] },
];

describe('a webhook module', () => {
  let app: TestApp;
  let host: ConnectHostRoom;
  let clock: FakeClock;
  let site: Site;
  let status = 204;

  beforeEach(async () => {
    status = 204;
    app = await startTestApp();
    app.respond = ({ url }) =>
      url === '/atlassian-connect.json'
        ? {
            status: 200,
            body: JSON.stringify({
              key: 'com.example.app',
              baseUrl: app.baseUrl,
              authentication: { type: 'jwt' },
              modules: { webhooks: WEBHOOKS },
            }),
          }
        : { status };
    clock = createFakeClock();
    host = createConnectHost({ clock });
    site = {
      ...{ slug: 'acme', displayName: 'Acme', cloudId: 'cloud-1', clientKey: 'client-1' },
      ...{ baseUrl: 'http://localhost:4400', users: [], generation: 'none' as const },
    };
    await host.install(site, `${app.baseUrl}/atlassian-connect.json`);
  });
  afterEach(() => app.close());

  const to = (path: string): ReceivedRequest[] =>
    app.received.filter(({ url }) => url.split('?')[0] === path);
  const body = { webhookEvent: 'jira:issue_updated', issue: { id: '10000', key: 'TALLY-1' } };

  it('with a filter hears of matching issues only', async () => {
    const asked: string[] = [];
    const matches = (jql: string): boolean => {
      asked.push(jql);
      return false;
    };
    await host.webhook(site, 'jira:issue_updated', body, { matches });
    expect(asked).toEqual(['project = TALLY']);
    expect([to('/all').length, to('/filtered').length]).toEqual([1, 0]);
    await host.webhook(site, 'jira:issue_updated', body, { matches: () => true });
    expect(to('/filtered')).toHaveLength(1);
    // An event that can't be filtered.
    await host.webhook(site, 'jira:issue_updated', body);
    expect(to('/filtered')).toHaveLength(2);
  });

  it('with excludeBody gets its address and nothing else', async () => {
    await host.webhook(site, 'jira:issue_updated', body);
    expect(to('/bare')).toMatchObject([{ url: '/bare?issue=TALLY-1', body: '' }]);
    expect(to('/all')[0]?.body).toBe(JSON.stringify(body));
  });

  it('with propertyKeys hears of those properties only, by its address', async () => {
    const set = (propertyKey: string): Promise<void> => {
      const values = new Map([['property.key', propertyKey]]);
      return host.webhook(site, 'issue_property_set', {}, { values, propertyKey });
    };
    await set('other');
    await set('mine');
    expect(to('/property').map(({ url }) => url)).toEqual(['/property?key=mine']);
  });

  it('that fails is tried again five times, 5 to 15 minutes apart, under the same identifier', async () => {
    status = 503;
    await host.webhook(site, 'issue_property_set', {});
    const header = (name: string): unknown[] => to('/property').map(({ headers }) => headers[name]);
    await clock.advanceAsync(5 * 60_000 - 1);
    expect(to('/property')).toHaveLength(1);
    for (let minute = 0; minute < 120; minute++) {
      await clock.advanceAsync(60_000);
      await until(() => clock.pending() === 1 || host.deliveries().length === 6);
    }
    expect(header('x-atlassian-webhook-retry')).toEqual([undefined, '1', '2', '3', '4', '5']);
    expect(new Set(header('x-atlassian-webhook-identifier')).size).toBe(1);
    expect(host.deliveries().map((delivery) => delivery.status)).toEqual(Array(6).fill(503));
    expect(clock.pending()).toBe(0);
  });

  it('that has heard, or refuses for good, is not tried again', async () => {
    await host.webhook(site, 'issue_property_set', {});
    status = 400;
    await host.webhook(site, 'issue_property_set', {});
    expect(clock.pending()).toBe(0);
  });

  it('is not tried again once the app is gone', async () => {
    status = 500;
    await host.webhook(site, 'issue_property_set', {});
    await host.uninstall(site);
    await clock.advanceAsync(20 * 60_000);
    expect(to('/property')).toHaveLength(1);
  });
});

/** Waits for something that comes over a real socket. */
async function until(done: () => boolean): Promise<void> {
  for (let turn = 0; turn < 2_000 && !done(); turn++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
