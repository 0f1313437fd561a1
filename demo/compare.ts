import type { Issue, LocalSite, Site } from 'crossgrade-local-site';
import type { List, Template } from '../checklist/index.ts';
import type { Saved } from './saved.ts';
import { inParallel, issueToken } from './seed.ts';
import type { TallyClient } from './tally-client.ts';

export interface Comparison {
  /** Lists whose last saved state one of the stores lacks, with the store's name. */
  readonly missing: string[];
  /** Lists that were deleted and are readable again. */
  readonly resurrected: string[];
}

/**
 * Holds what the app told its users against both stores: Postgres through the app's own API, Forge by reading the store
 * past all quotas. Shares no code with the layer's own verification.
 */
export async function compareWithStores(options: {
  local: LocalSite;
  site: Site;
  client: TallyClient;
  saved: Saved;
  issues: readonly Issue[];
  /** Lists that are known to be left out of Forge. */
  setAside: ReadonlySet<string>;
}): Promise<Comparison> {
  const { local, site, client, saved, issues, setAside } = options;
  const postgres = new Map<string, string>();
  await inParallel(issues.length, 8, async (index) => {
    const issue = issues[index];
    if (issue === undefined) return;
    const answer = await client.lists(issueToken(local, site, issue), issue.id);
    if (answer.status !== 200) throw new Error(`${issue.key}: the app answered ${answer.status}`);
    for (const list of answer.body.lists) postgres.set(list.id, textOf(list));
  });
  const forge = new Map<string, string>();
  for (const item of local.store.inspect(site.installationId ?? '')) {
    if (item.entityName !== 'tally-list') continue;
    const { doc } = item.value as { doc: List };
    forge.set(doc.id, textOf(doc));
  }
  const templates = new Map<string, string>();
  for (const item of local.store.inspect(site.installationId ?? '')) {
    if (item.entityName !== 'tally-template') continue;
    const { doc } = item.value as { doc: Template };
    templates.set(doc.id, JSON.stringify([doc.name, doc.items.map(({ text }) => text)]));
  }
  const missing: string[] = [];
  const resurrected: string[] = [];
  for (const list of saved.present()) {
    const expected = textOf(list);
    if (postgres.get(list.id) !== expected) missing.push(`postgres ${list.id}`);
    if (setAside.has(list.id)) continue;
    if (forge.get(list.id) !== expected) missing.push(`forge ${list.id}`);
  }
  for (const { id, name, items } of saved.templates()) {
    const expected = JSON.stringify([name, items.map(({ text }) => text)]);
    if (setAside.size === 0 && templates.get(id) !== expected) missing.push(`forge template ${id}`);
  }
  for (const id of saved.gone()) {
    if (postgres.has(id)) resurrected.push(`postgres ${id}`);
    if (forge.has(id)) resurrected.push(`forge ${id}`);
  }
  return { missing, resurrected };
}

/** Everything a user can see of a list, in order. */
function textOf(list: List): string {
  const items = list.items.map(({ id, text, done, mandatory }) => [id, text, done, mandatory]);
  return JSON.stringify([list.issueId, list.name, items]);
}
