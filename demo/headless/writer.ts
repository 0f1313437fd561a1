import { randomUUID } from 'node:crypto';
import type { List } from '../../checklist/index.ts';
import { seedList } from '../seed.ts';
import type { DemoIssue } from '../site/site-doors.ts';
import type { TallyAnswer } from '../tally-client.ts';
import type { Panel } from './panel.ts';
import { pause } from './patience.ts';
import type { Saved } from './saved.ts';

export interface WriterOptions {
  /** The panels that stand on this issue now. Each turn takes one of them. */
  readonly panels: (issue: DemoIssue) => readonly Panel[];
  readonly saved: Saved;
  /** The writer's own lists: nobody else writes them, so the last answer is what must be found. */
  readonly lists: { issue: DemoIssue; list: List }[];
  /** 0…1. */
  readonly random: () => number;
  readonly pauseMs: number;
  readonly isStopped: () => boolean;
}

/** What making a list needs of them. */
type Making = Pick<WriterOptions, 'saved' | 'random'>;

interface Turn {
  readonly panel: Panel;
  readonly issue: DemoIssue;
  readonly list: List;
}

/** A request without an answer, and when it can't be under way any more. */
export interface Silence {
  /** What the list was before. */
  readonly before: List;
  readonly mayBeGone: boolean;
  /** Epoch milliseconds. */
  readonly until: number;
}

/** The list after a turn, or that nobody knows. */
type Outcome = List | Silence;

/**
 * How long a request whose answer was lost may still be on its way to be carried out: the app parks it for ten seconds, whoever
 * asked having died or not. Until then its list is left alone: a look at it would say nothing.
 */
const QUIET_MS = 15_000;

/** One person at the panels: adds, ticks, reorders, deletes, deletes and creates again, until told to stop. */
export async function runWriter(options: WriterOptions): Promise<void> {
  const { lists, random, pauseMs, panels } = options;
  const silences = new Map<WriterOptions['lists'][number], Silence>();
  const panelOn = (issue: DemoIssue): Panel => {
    const choice = panels(issue);
    const panel = choice[Math.floor(random() * choice.length)];
    if (panel === undefined) throw new Error(`${issue.key} has no panel`);
    return panel;
  };
  while (!options.isStopped()) {
    const free = lists.filter((entry) => (silences.get(entry)?.until ?? 0) <= Date.now());
    const entry = free[Math.floor(random() * free.length)];
    if (entry !== undefined) {
      const turn = { ...entry, panel: panelOn(entry.issue) };
      const silence = silences.get(entry);
      const outcome = await (silence === undefined
        ? act(options, turn)
        : lookAgain(options, turn, silence));
      silences.delete(entry);
      if ('until' in outcome) silences.set(entry, outcome);
      else entry.list = outcome;
    }
    await pause(pauseMs * (0.5 + random()));
  }
  for (const [entry, silence] of silences) {
    entry.list = await settled(options, { ...entry, panel: panelOn(entry.issue) }, silence);
  }
}

/** Waits and looks until it is known what the list is. */
export async function settled(options: Making, turn: Turn, outcome: Outcome): Promise<List> {
  let latest = outcome;
  while ('until' in latest) {
    await pause(Math.max(0, latest.until - Date.now()));
    latest = await lookAgain(options, turn, latest);
  }
  return latest;
}

async function act(options: WriterOptions, turn: Turn): Promise<Outcome> {
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

function addItem(options: WriterOptions, turn: Turn): Promise<Outcome> {
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
): Promise<Outcome> {
  const { issue, list } = turn;
  await options.saved.asks({ issueId: issue.id, listId: list.id, mayBeGone: false });
  const answer = await answered(options, turn.panel.call<List>(method, path, body));
  return answer === undefined ? silent(list, false) : keep(options, list, answer);
}

/** Deletes the list and makes it again under the same id: what a careless copier resurrects or loses. */
async function recreate(options: WriterOptions, turn: Turn): Promise<Outcome> {
  const { saved } = options;
  const { panel, issue, list } = turn;
  await saved.asks({ issueId: issue.id, listId: list.id, mayBeGone: true });
  const gone = await answered(options, panel.call('DELETE', `/api/lists/${list.id}`));
  if (gone === undefined) return silent(list, true);
  if (gone.status !== 204) {
    await saved.refuse(list.id, `${panel.name} DELETE: ${gone.status}`);
    return list;
  }
  await saved.deleted(issue.id, list.id);
  // Every third list stays deleted under its old id and comes back under another.
  const id = options.random() < 0.33 ? randomUUID() : list.id;
  return make(options, turn, id);
}

/** Makes a list under this id for an issue whose own is gone. */
export async function make(options: Making, turn: Turn, id: string): Promise<Outcome> {
  const { panel, issue, list } = turn;
  const { name, items } = seedList(Math.floor(options.random() * 1_000));
  const path = `/api/issues/${issue.id}/lists`;
  await options.saved.asks({ issueId: issue.id, listId: id, mayBeGone: true });
  const made = await answered(options, panel.call<List>('POST', path, { id, name, items }));
  const empty = { ...list, id, items: [] };
  return made === undefined ? silent(empty, true) : keep(options, empty, made, 201);
}

async function keep(
  { saved }: Making,
  before: List,
  answer: TallyAnswer<List>,
  status?: number,
): Promise<List> {
  const isSaved = status === undefined ? answer.status < 300 : answer.status === status;
  if (!isSaved) {
    await saved.refuse(before.id, `${answer.status} ${JSON.stringify(answer.body).slice(0, 200)}`);
    return before;
  }
  await saved.list(answer.body);
  return answer.body;
}

/** Undefined when no answer came, or one that leaves open whether it was done: a killed process, a parked request. */
async function answered<T>(
  { saved }: Making,
  asked: Promise<TallyAnswer<T>>,
): Promise<TallyAnswer<T> | undefined> {
  try {
    const answer = await asked;
    if (answer.status < 500) return answer;
    await saved.leaveOpen(`${answer.status} ${JSON.stringify(answer.body).slice(0, 200)}`);
  } catch (error) {
    await saved.leaveOpen(error instanceof Error ? error.message : String(error));
  }
  return undefined;
}

function silent(before: List, mayBeGone: boolean): Silence {
  return { before, mayBeGone, until: Date.now() + QUIET_MS };
}

/**
 * After a request without an answer: reads until the app answers, and takes what it shows. Everything that the request did
 * not touch has to be as it was, which the comparison finds out: only this one change is forgiven.
 */
async function lookAgain(
  options: Making,
  turn: Turn,
  { before, mayBeGone }: Silence,
): Promise<Outcome> {
  const { issue, panel } = turn;
  for (let attempt = 0; attempt < 120; attempt += 1) {
    const path = `/api/issues/${issue.id}/lists`;
    const answer = await panel.call<{ lists: List[] }>('GET', path).catch(() => undefined);
    if (answer?.status === 200) {
      const found = answer.body.lists.find(({ id }) => id === before.id);
      await options.saved.seenAfterSilence(before, found, mayBeGone);
      // A list that is gone is made again under another id, as its owner would.
      return found ?? make(options, { ...turn, list: { ...before, items: [] } }, randomUUID());
    }
    await pause(500);
  }
  throw new Error(`${issue.key}: the app did not come back`);
}
