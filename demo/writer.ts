import { randomUUID } from 'node:crypto';
import type { Issue, LocalSite, Site } from 'crossgrade-local-site';
import type { List } from '../checklist/index.ts';
import type { Saved } from './saved.ts';
import { issueToken, seedList } from './seed.ts';
import type { TallyAnswer, TallyClient, TokenSource } from './tally-client.ts';

export interface WriterOptions {
  readonly local: LocalSite;
  readonly site: Site;
  readonly client: TallyClient;
  readonly saved: Saved;
  /** The writer's own lists: nobody else writes them, so the last answer is what must be found. */
  readonly lists: { issue: Issue; list: List }[];
  /** 0…1. */
  readonly random: () => number;
  readonly pauseMs: number;
  readonly isStopped: () => boolean;
}

interface Turn {
  readonly token: TokenSource;
  readonly issue: Issue;
  readonly list: List;
}

/** One person at a legacy panel: adds, ticks, reorders, deletes, deletes and creates again, until told to stop. */
export async function runWriter(options: WriterOptions): Promise<void> {
  const { lists, random, pauseMs } = options;
  while (!options.isStopped()) {
    const entry = lists[Math.floor(random() * lists.length)];
    if (entry === undefined) return;
    const token = issueToken(options.local, options.site, entry.issue);
    entry.list = await act(options, { token, ...entry });
    await new Promise((resolve) => setTimeout(resolve, pauseMs * (0.5 + random())));
  }
}

async function act(options: WriterOptions, turn: Turn): Promise<List> {
  const { list } = turn;
  const item = list.items[Math.floor(options.random() * list.items.length)];
  const dice = options.random();
  if (dice < 0.05) return recreate(options, turn);
  if (item === undefined || (dice < 0.25 && list.items.length < 200)) return addItem(options, turn);
  const path = `/api/lists/${list.id}/items/${item.id}`;
  if (dice < 0.65) return change(options, turn, 'PATCH', path, { done: !item.done });
  if (dice < 0.85) {
    const after = list.items[Math.floor(options.random() * list.items.length)];
    const target = after === undefined || after.id === item.id ? null : after.id;
    return change(options, turn, 'POST', `${path}/move`, { after: target });
  }
  return change(options, turn, 'DELETE', path);
}

function addItem(options: WriterOptions, turn: Turn): Promise<List> {
  const body = {
    id: randomUUID(),
    text: `Added while copying ${Math.floor(options.random() * 1e6)} ✓`,
  };
  return change(options, turn, 'POST', `/api/lists/${turn.list.id}/items`, body);
}

async function change(
  options: WriterOptions,
  { token, list }: Turn,
  method: string,
  path: string,
  body?: unknown,
): Promise<List> {
  const answer = await options.client.call<List>(token, method, path, body);
  return keep(options, list, answer);
}

/** Deletes the list and makes it again under the same id: what a careless copier resurrects or loses. */
async function recreate(options: WriterOptions, turn: Turn): Promise<List> {
  const { client, saved } = options;
  const { token, issue, list } = turn;
  const gone = await client.call(token, 'DELETE', `/api/lists/${list.id}`);
  if (gone.status !== 204) {
    saved.refused += 1;
    return list;
  }
  saved.deleted(issue.id, list.id);
  // Every third list stays deleted under its old id and comes back under another.
  const id = options.random() < 0.33 ? randomUUID() : list.id;
  const { name, items } = seedList(Math.floor(options.random() * 1_000));
  const made = await client.addList(token, issue.id, { id, name, items });
  return keep(options, { ...list, id, items: [] }, made, 201);
}

function keep(
  options: WriterOptions,
  before: List,
  answer: TallyAnswer<List>,
  status?: number,
): List {
  const isSaved = status === undefined ? answer.status < 300 : answer.status === status;
  if (!isSaved) {
    options.saved.refused += 1;
    return before;
  }
  options.saved.list(answer.body);
  return answer.body;
}
