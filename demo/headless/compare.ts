import type { StoredItem } from 'crossgrade-local-site';
import type { List, Template } from '../../checklist/index.ts';
import { inParallel } from '../seed.ts';
import type { DemoIssue } from '../site/site-doors.ts';
import { readPanel } from './open-asks.ts';
import type { Panel } from './panel.ts';
import { patiently } from './patience.ts';
import type { Saved } from './saved.ts';

/** What can be seen of each list, by its id. */
export type Seen = ReadonlyMap<string, string>;

/** Every list as a panel shows it: of the authority, whichever side that is. Rejects rather than take an error for "none". */
export async function readPanels(
  issues: readonly DemoIssue[],
  panelOf: (issue: DemoIssue) => Panel,
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

interface InForge {
  readonly lists: Seen;
  readonly templates: Seen;
  /** Lists whose text lies in parts beside them: for those the panels have to speak. */
  readonly inParts: ReadonlySet<string>;
}

/** Every list and template among what Forge has stored. Shares no code with the layer's own verification. */
export function readForge(items: readonly StoredItem[]): InForge {
  const inParts = new Set<string>();
  const lists = new Map<string, string>();
  const templates = new Map<string, string>();
  for (const { entityName, key, value } of items) {
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
    .map((list) => {
      const how = differenceOf(textOf(list), seen.get(list.id));
      return `${where} ${list.id} (known from ${saved.knownFrom(list.id) ?? 'nowhere'}: ${how})`;
    });
}

/** A few words on how a list differs from what was saved. */
function differenceOf(saved: string, seen: string | undefined): string {
  if (seen === undefined) return 'it is not there';
  const [[, name, items], [, nameNow, itemsNow]] = [saved, seen].map(
    (text) => JSON.parse(text) as Text,
  ) as [Text, Text];
  if (name !== nameNow) return 'another name';
  const texts = new Map(itemsNow.map((item) => [item[0], JSON.stringify(item)]));
  const added = itemsNow.length - items.filter(([id]) => texts.has(id)).length;
  const gone = items.filter(([id]) => !texts.has(id)).length;
  const changed = items.filter((item) => {
    const now = texts.get(item[0]);
    return now !== undefined && now !== JSON.stringify(item);
  }).length;
  return `${added} items more, ${gone} fewer, ${changed} changed, of ${items.length}`;
}

type Text = readonly [string, string, readonly (readonly [string, ...unknown[]])[]];

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
