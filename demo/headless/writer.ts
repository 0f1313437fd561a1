import { randomUUID } from 'node:crypto';
import type { Issue } from 'crossgrade-local-site';
import type { List } from '../../checklist/index.ts';
import { seedList } from '../seed.ts';
import type { TallyAnswer } from '../tally-client.ts';
import type { Panel } from './panel.ts';
import type { Saved } from './saved.ts';

export interface WriterOptions {
  /** The panels that stand on this issue now. Each turn takes one of them. */
  readonly panels: (issue: Issue) => readonly Panel[];
  readonly saved: Saved;
  /** The writer's own lists: nobody else writes them, so the last answer is what must be found. */
  readonly lists: { issue: Issue; list: List }[];
  /** 0…1. */
  readonly random: () => number;
  readonly pauseMs: number;
  readonly isStopped: () => boolean;
}

interface Turn {
  readonly panel: Panel;
  readonly issue: Issue;
  readonly list: List;
}

/** One person at the panels: adds, ticks, reorders, deletes, deletes and creates again, until told to stop. */
export async function runWriter(options: WriterOptions): Promise<void> {
  const { lists, random, pauseMs, panels } = options;
  while (!options.isStopped()) {
    const entry = lists[Math.floor(random() * lists.length)];
    if (entry === undefined) return;
    const choice = panels(entry.issue);
    const panel = choice[Math.floor(random() * choice.length)];
    if (panel === undefined) throw new Error(`${entry.issue.key} has no panel`);
    entry.list = await act(options, { panel, ...entry });
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
    text: `Added meanwhile ${Math.floor(options.random() * 1e6)} ✓`,
  };
  return change(options, turn, 'POST', `/api/lists/${turn.list.id}/items`, body);
}

async function change(
  options: WriterOptions,
  turn: Turn,
  method: string,
  path: string,
  body?: unknown,
): Promise<List> {
  const answer = await answered(options, turn.panel.call<List>(method, path, body));
  return answer === undefined
    ? lookAgain(options, turn, { mayBeGone: false })
    : keep(options, turn.list, answer);
}

/** Deletes the list and makes it again under the same id: what a careless copier resurrects or loses. */
async function recreate(options: WriterOptions, turn: Turn): Promise<List> {
  const { saved } = options;
  const { panel, issue, list } = turn;
  const gone = await answered(options, panel.call('DELETE', `/api/lists/${list.id}`));
  if (gone === undefined) return lookAgain(options, turn, { mayBeGone: true });
  if (gone.status !== 204) {
    saved.refuse(`${panel.name} DELETE: ${gone.status}`);
    return list;
  }
  saved.deleted(issue.id, list.id);
  // Every third list stays deleted under its old id and comes back under another.
  const id = options.random() < 0.33 ? randomUUID() : list.id;
  return make(options, turn, id);
}

async function make(options: WriterOptions, turn: Turn, id: string): Promise<List> {
  const { panel, issue, list } = turn;
  const { name, items } = seedList(Math.floor(options.random() * 1_000));
  const path = `/api/issues/${issue.id}/lists`;
  const made = await answered(options, panel.call<List>('POST', path, { id, name, items }));
  const empty = { ...list, id, items: [] };
  return made === undefined
    ? lookAgain(options, { ...turn, list: empty }, { mayBeGone: true })
    : keep(options, empty, made, 201);
}

function keep(
  { saved }: WriterOptions,
  before: List,
  answer: TallyAnswer<List>,
  status?: number,
): List {
  const isSaved = status === undefined ? answer.status < 300 : answer.status === status;
  if (!isSaved) {
    saved.refuse(`${answer.status} ${JSON.stringify(answer.body).slice(0, 200)}`);
    return before;
  }
  saved.list(answer.body);
  return answer.body;
}

/** Undefined when no answer came, or one that leaves open whether it was done: a killed process, a parked request. */
async function answered<T>(
  { saved }: WriterOptions,
  asked: Promise<TallyAnswer<T>>,
): Promise<TallyAnswer<T> | undefined> {
  try {
    const answer = await asked;
    if (answer.status < 500) return answer;
    saved.leaveOpen(`${answer.status} ${JSON.stringify(answer.body).slice(0, 200)}`);
  } catch (error) {
    saved.leaveOpen(error instanceof Error ? error.message : String(error));
  }
  return undefined;
}

/**
 * After a request without an answer: reads until the app answers, and takes what it shows. Everything that the request did
 * not touch has to be as it was, which the comparison finds out: only this one change is forgiven.
 */
async function lookAgain(
  options: WriterOptions,
  turn: Turn,
  { mayBeGone }: { mayBeGone: boolean },
): Promise<List> {
  const { issue, list, panel } = turn;
  for (let attempt = 0; attempt < 120; attempt += 1) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    const path = `/api/issues/${issue.id}/lists`;
    const answer = await panel.call<{ lists: List[] }>('GET', path).catch(() => undefined);
    if (answer?.status !== 200) continue;
    const found = answer.body.lists.find(({ id }) => id === list.id);
    options.saved.seenAfterSilence(issue.id, list, found, mayBeGone);
    // A list that is gone is made again under another id, as its owner would.
    return found ?? make(options, { ...turn, list: { ...list, items: [] } }, randomUUID());
  }
  throw new Error(`${issue.key}: the app did not come back`);
}
