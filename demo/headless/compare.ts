import type { Issue, LocalSite, Site } from 'crossgrade-local-site';
import type { List, Template } from '../../checklist/index.ts';
import { inParallel } from '../seed.ts';
import type { Panel } from './panel.ts';
import { patiently } from './patience.ts';
import type { Saved } from './saved.ts';

/** What can be seen of each list, by its id. */
export type Seen = ReadonlyMap<string, string>;

/** Every list as a panel shows it: of the authority, whichever side that is. Rejects rather than take an error for "none". */
export async function readPanels(
  issues: readonly Issue[],
  panelOf: (issue: Issue) => Panel,
): Promise<Seen> {
  const seen = new Map<string, string>();
  await inParallel(issues.length, 8, async (index) => {
    const issue = issues[index];
    if (issue === undefined) return;
    for (const list of await patiently(() => readPanel(issue, panelOf(issue)))) {
      seen.set(list.id, textOf(list));
    }
  });
  return seen;
}

async function readPanel(issue: Issue, panel: Panel): Promise<List[]> {
  const path = `/api/issues/${issue.id}/lists`;
  const answer = await panel.call<{ lists: List[] }>('GET', path);
  if (answer.status !== 200) throw new Error(`${issue.key}: the app answered ${answer.status}`);
  return answer.body.lists;
}

interface InForge {
  readonly lists: Seen;
  readonly templates: Seen;
  /** Lists whose text lies in parts beside them: for those the panels have to speak. */
  readonly inParts: ReadonlySet<string>;
}

/** Every list and template in Forge's store, read past all quotas. Shares no code with the layer's own verification. */
export function readForge(local: LocalSite, site: Site): InForge {
  const inParts = new Set<string>();
  const lists = new Map<string, string>();
  const templates = new Map<string, string>();
  for (const { entityName, key, value } of local.store.inspect(site.installationId ?? '')) {
    if (entityName === 'tally-list') {
      const { doc } = value as { doc: Partial<List> };
      if (doc.id === undefined) inParts.add(key.replace('list:', ''));
      else lists.set(doc.id, textOf(doc as List));
    }
    if (entityName === 'tally-template') {
      const { doc } = value as { doc: Template };
      templates.set(doc.id, textOfTemplate(doc));
    }
  }
  return { lists, templates, inParts };
}

/** Lists whose last saved state is not what is seen. */
export function missingLists(
  saved: Saved,
  seen: Seen,
  where: string,
  except: ReadonlySet<string> = new Set(),
): string[] {
  return saved
    .present()
    .filter(({ id }) => !except.has(id))
    .filter((list) => seen.get(list.id) !== textOf(list))
    .map(({ id }) => `${where} ${id}`);
}

export function missingTemplates(saved: Saved, seen: Seen, where: string): string[] {
  return saved
    .templates()
    .filter((template) => seen.get(template.id) !== textOfTemplate(template))
    .map(({ id }) => `${where} template ${id}`);
}

/** Lists that were deleted and are readable again. */
export function resurrectedLists(saved: Saved, seen: Seen, where: string): string[] {
  return saved
    .gone()
    .filter((id) => seen.has(id))
    .map((id) => `${where} ${id}`);
}

/** Everything a user can see of a list, in order. */
function textOf(list: List): string {
  const items = list.items.map(({ id, text, done, mandatory }) => [id, text, done, mandatory]);
  return JSON.stringify([list.issueId, list.name, items]);
}

function textOfTemplate({ name, items }: Template): string {
  return JSON.stringify([name, items.map(({ text }) => text)]);
}
