import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp } from '../connect/test-app.ts';
import type { TestApp } from '../connect/test-app.ts';
import { createFakeClock } from '../support/index.ts';
import type { FakeClock } from '../support/index.ts';
import type { LocalSite } from '../local-site.ts';
import { startLocalSite } from '../start-local-site.ts';
import type { Site } from '../types.ts';

const PROPERTY = '/rest/api/3/issue/TALLY-1/properties/seen';

/** The borders of the Connect half: Jira's REST API on the site's own origin, webhooks, lifecycle callbacks. */
describe('a fault on a site', () => {
  let app: TestApp;
  let local: LocalSite;
  let clock: FakeClock;
  let site: Site;
  let descriptorUrl: string;

  beforeAll(async () => {
    app = await startTestApp();
    clock = createFakeClock();
    app.respond = ({ url }) =>
      url === '/atlassian-connect.json'
        ? {
            status: 200,
            body: JSON.stringify({
              key: 'com.example.app',
              name: 'App',
              baseUrl: app.baseUrl,
              authentication: { type: 'jwt' },
              lifecycle: { installed: '/installed', uninstalled: '/uninstalled' },
              scopes: ['READ', 'WRITE', 'DELETE'],
              modules: { webhooks: [{ event: 'jira:issue_deleted', url: '/deleted' }] },
            }),
          }
        : undefined;
    local = await startLocalSite({
      clock,
      ports: { site: 0, platform: 0, customUi: 0 },
      faults: { script: [{ border: 'lifecycle', matching: 'installed', fault: 'lostRequest' }] },
    });
    site = [...local.sites.values()][0]!;
    local.jira.addProject(site, 'TALLY', 'Tally');
    local.jira.addIssue(site, { projectKey: 'TALLY', summary: 'First' });
    descriptorUrl = `${app.baseUrl}/atlassian-connect.json`;
  });
  afterEach(() => {
    local.faults.clear();
    app.received.length = 0;
  });
  afterAll(async () => {
    await local.close();
    await app.close();
  });

  const received = (): readonly string[] =>
    app.received.map(({ url }) => url.split('?')[0] ?? url).filter((url) => !url.endsWith('.json'));

  it('comes from the options, and loses an `installed` on its way', async () => {
    await expect(local.connect.install(site, descriptorUrl)).rejects.toMatchObject({
      code: 'INSTALL_REFUSED',
    });
    expect(received()).toEqual([]);
    expect(site.generation).toBe('none');
    await local.connect.install(site, descriptorUrl);
    expect(received()).toEqual(['/installed']);
    expect(site.generation).toBe('connect');
  });

  it("loses the answer to a page's call of Jira, which was performed", async () => {
    local.faults.add({ border: 'jira.site', matching: '^main PUT', fault: 'lostAnswer' });
    const put = (): Promise<Response> =>
      fetch(site.baseUrl + PROPERTY, { method: 'PUT', body: '{"n":1}' });
    await expect(put()).rejects.toThrow('fetch failed');
    const got = await fetch(site.baseUrl + PROPERTY);
    expect(await got.json()).toMatchObject({ value: { n: 1 } });
    // It was there already.
    expect((await put()).status).toBe(200);
  });

  it("refuses a page's call in Jira's own words", async () => {
    local.faults.add({ border: 'jira.site', fault: 'throttle' });
    const got = await fetch(site.baseUrl + PROPERTY);
    expect([got.status, got.headers.get('retry-after')]).toEqual([429, '5']);
    expect(await got.json()).toMatchObject({ errorMessages: [expect.any(String)] });
  });

  it('brings a webhook twice', async () => {
    local.faults.add({ border: 'webhook', fault: { kind: 'duplicate', ms: 2_000 } });
    await local.jira.deleteIssue(site, 'TALLY-1');
    expect(received()).toEqual(['/deleted']);
    await clock.advanceAsync(2_000);
    for (let tried = 0; received().length < 2 && tried < 500; tried += 1) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(received()).toEqual(['/deleted', '/deleted']);
    const ids = app.received.map(({ headers }) => headers['x-atlassian-webhook-identifier']);
    expect(new Set(ids).size).toBe(1);
  });

  it('is written down with the text of its call', () => {
    expect(local.faults.log().map(({ border, what }) => `${border}: ${what}`)).toEqual([
      'lifecycle: main installed',
      `jira.site: main PUT ${PROPERTY}`,
      `jira.site: main GET ${PROPERTY}`,
      'webhook: main jira:issue_deleted',
    ]);
  });
});
