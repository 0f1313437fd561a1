import { createFakeClock } from '../../support/index.ts';
import type { FakeClock } from '../../support/index.ts';
import type { Answer, Caller, Site, SiteModule, UnmodelledRegister } from '../../types.ts';
import { createJira, DEMO_USERS } from '../index.ts';
import type { Change } from '../change.ts';
import type { JiraOptions, JiraRoom, RuleRunner } from '../index.ts';

export const APP_KEY = 'com.example.app';

type Person = Caller & { readonly kind: 'user' };

const person = (index: number): Person => ({
  kind: 'user',
  accountId: DEMO_USERS[index]?.accountId ?? '',
});

export const app: Caller = { kind: 'app' };
/** Administers the site. */
export const ada = person(0);
/** May enter every project. */
export const uma = person(1);
/** May enter none. */
export const nora = person(2);
/** May enter TALLY only. */
export const otto = person(3);

/** What the rules of the app were asked, in order. */
export interface AskedApp {
  readonly invoked: { readonly moduleKey: string; readonly event: unknown }[];
  readonly posted: { readonly url: string; readonly body: unknown }[];
  /** Answers for functions by key of their module. */
  readonly answers: Map<string, () => unknown>;
}

/** A Jira for tests: one site with the projects TALLY (two issues) and OPS (one). */
export interface JiraTestWorld {
  readonly jira: JiraRoom;
  readonly site: Site;
  readonly clock: FakeClock;
  readonly refused: string[];
  readonly changes: Change[];
  readonly asked: AskedApp;
  /** The app's modules on the site; change them to deploy. */
  modules: readonly SiteModule[];
  /** The app's scopes; undefined: unchecked. */
  scopes: readonly string[] | undefined;
  readonly call: (caller: Caller, method: string, path: string, body?: unknown) => Promise<Answer>;
}

export function createJiraTestWorld(
  options: Partial<Pick<JiraOptions, 'file' | 'switches'>> = {},
): JiraTestWorld {
  const refused: string[] = [];
  const changes: Change[] = [];
  const clock = createFakeClock();
  const asked: AskedApp = { invoked: [], posted: [], answers: new Map() };
  const site = testSite('acme');
  const world: JiraTestWorld = {
    ...{ site, clock, refused, changes, asked },
    modules: [],
    scopes: undefined,
    jira: createJira({
      ...options,
      clock,
      register: testRegister(refused),
      appKey: () => APP_KEY,
      modules: () => world.modules,
      scopesOf: () => world.scopes,
      rules: testRunner(asked),
      onChange: (_site, change) => {
        changes.push(change);
        return Promise.resolve();
      },
    }),
    call: (caller, method, path, body) =>
      world.jira.rest(
        ...([site, caller, method, path] as const),
        body === undefined ? undefined : JSON.stringify(body),
      ),
  };
  world.jira.addSite(site);
  if (world.jira.projects(site).length === 0) fill(world.jira, site);
  return world;
}

export function testSite(slug: string): Site {
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

function fill(jira: JiraRoom, site: Site): void {
  jira.addProject(site, 'TALLY', 'Tally');
  jira.addProject(site, 'OPS', 'Operations');
  jira.addIssue(site, { projectKey: 'TALLY', summary: 'First', description: 'One.\n\nTwo.' });
  jira.addIssue(site, { projectKey: 'TALLY', summary: 'Second', type: 'Bug' });
  jira.addIssue(site, { projectKey: 'OPS', summary: 'Restart the server' });
}

function testRegister(refused: string[]): UnmodelledRegister {
  return {
    refuse: (room, what) => {
      refused.push(`${room}: ${what}`);
      return { status: 501, body: { code: 'NOT_MODELLED', message: what } };
    },
    list: () => [],
  };
}

function testRunner({ invoked, posted, answers }: AskedApp): RuleRunner {
  return {
    invokeModule: (_site, moduleKey, event) => {
      invoked.push({ moduleKey, event });
      return Promise.resolve().then(() => answers.get(moduleKey)?.());
    },
    postToConnect: (_site, _module, url, body) => {
      posted.push({ url, body });
      return Promise.resolve();
    },
  };
}
