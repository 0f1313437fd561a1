import { randomUUID } from 'node:crypto';
import type { ModuleContext } from 'crossgrade-local-site';
import type { List, Template } from '../checklist/index.ts';
import type { DemoIssue } from './site/site-doors.ts';
import type { TallyClient, TokenSource } from './tally-client.ts';

/** Who gives context JWTs: a Connect host, from inside or from outside. */
export interface ContextTokens<Site> {
  contextToken(site: Site, context: ModuleContext): string | Promise<string>;
}

interface WithUsers {
  readonly users: readonly { readonly accountId: string }[];
}

/** A token for one project of the site, as its template page or, for an admin, the settings page would get it. */
export function projectToken<Site extends WithUsers>(
  host: ContextTokens<Site>,
  site: Site,
  project: { id: string; key: string },
): TokenSource {
  const accountId = site.users[0]?.accountId ?? '';
  return () => host.contextToken(site, { accountId, project });
}

/** A token for one issue of the site, as its panel would get it. */
export function issueToken<Site extends WithUsers>(
  host: ContextTokens<Site>,
  site: Site,
  issue: DemoIssue,
): TokenSource {
  const accountId = site.users[0]?.accountId ?? '';
  return () =>
    host.contextToken(site, {
      accountId,
      issue: { id: issue.id, key: issue.key },
      project: { id: issue.projectId, key: issue.projectKey },
    });
}

const NAMES = [
  'Definition of Done',
  'Übergabe & Prüfung',
  '受け入れ条件',
  'Release 🚀',
  'قائمة التحقق',
  'Nachbereitung',
];
const TEXTS = [
  'Unit tests are written',
  'Änderungen sind dokumentiert',
  'Reviewed by a second pair of eyes 👀',
  '翻訳を確認する',
  'Acceptance criteria are met — all of them',
  'naïve café façade, Zoë’s “quotes” and a \\ backslash',
  'זכור לבדוק',
  'Telemetry shows no new errors',
];

/** What a list of the seeder looks like: the `index`th of many, with every shape that has ever surprised someone. */
export function seedList(index: number): { id: string; name: string; items: SeedItem[] } {
  const name = NAMES[index % NAMES.length] ?? 'Checklist';
  const count = index === 7 ? 200 : index % 97 === 13 ? 0 : 5 + ((index * 7) % 36);
  const items = Array.from({ length: count }, (_, i) => ({
    id: randomUUID(),
    text: `${TEXTS[(index + i) % TEXTS.length] ?? ''} (${i + 1})`,
    done: (index + i) % 3 === 0,
    mandatory: (index + i) % 5 === 0,
  }));
  return { id: randomUUID(), name, items };
}

/** Within the app's published limits, and more than Forge takes in one value: it travels in parts. */
export function largeList(): { id: string; name: string; items: SeedItem[] } {
  const items = Array.from({ length: 200 }, () => ({
    id: randomUUID(),
    text: '🦄'.repeat(1_000),
    done: false,
    mandatory: false,
  }));
  return { id: randomUUID(), name: 'Larger than one value', items };
}

interface SeedItem {
  readonly id: string;
  readonly text: string;
  readonly done: boolean;
  readonly mandatory: boolean;
}

/** Makes a list through the app's own API and gives back what the app said it saved. */
export async function createList(
  client: TallyClient,
  token: TokenSource,
  issue: DemoIssue,
  list: unknown,
): Promise<List> {
  const answer = await client.addList(token, issue.id, list);
  if (answer.status !== 201) {
    throw new Error(
      `${issue.key}: the app answered ${answer.status} ${JSON.stringify(answer.body)}`,
    );
  }
  return answer.body;
}

/** Two templates for a project, through the app's own API. */
export async function createTemplates(
  client: TallyClient,
  token: TokenSource,
  projectId: string,
): Promise<Template[]> {
  const made: Template[] = [];
  for (const { name, items } of TEMPLATES) {
    const path = `/api/projects/${projectId}/templates`;
    const answer = await client.call<Template>(token, 'POST', path, { name, items });
    if (answer.status !== 201) throw new Error(`${name}: the app answered ${answer.status}`);
    made.push(answer.body);
  }
  return made;
}

/** A setting of the whole site, as its admin would save it. */
export async function saveSetting(client: TallyClient, token: TokenSource): Promise<void> {
  const value = { defaultListName: 'Definition of Done', hideDone: false };
  const answer = await client.call(token, 'PUT', '/api/settings', { scope: 'site', value });
  if (answer.status !== 200) throw new Error(`settings: the app answered ${answer.status}`);
}

const TEMPLATES = [
  {
    name: 'Definition of Done',
    items: [
      { text: 'Acceptance criteria agreed', mandatory: true },
      { text: 'Tests written and green', mandatory: true },
      { text: 'Release note drafted' },
    ],
  },
  {
    name: 'Bug triage',
    items: [
      { text: 'Reproduced' },
      { text: 'Severity agreed' },
      { text: 'Regression test written' },
    ],
  },
];

/** Runs `work` for every number below `count`, `lanes` at a time. */
export async function inParallel(
  count: number,
  lanes: number,
  work: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
