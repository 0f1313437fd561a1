import type { DemoIssue, DemoSite } from '../site/site-doors.ts';
import type { Stack } from '../stack.ts';
import { amidChaos } from './chaos.ts';
import {
  missingLists,
  missingTemplates,
  readForge,
  readPanels,
  resurrectedLists,
} from './compare.ts';
import { order } from './order.ts';
import type { Panel } from './panel.ts';
import { patiently, pause } from './patience.ts';
import { caredFor, startPeople, type SeededIssue } from './people.ts';
import type { RunBook } from './run-book.ts';

export interface HandedOver {
  /** How long nobody could write at the first cut-over, in milliseconds; null when nobody was there to hear it. */
  readonly freezeMs: number | null;
  /** The same for the rollback: everything written since is back by then. */
  readonly rollbackMs: number | null;
  /** Saved states that the app does not show after the rollback, from Postgres. */
  readonly afterRollbackMissing: readonly string[];
  /** Saved states that Forge lacks, or either panel does not show, after everything. */
  readonly afterFinalMissing: readonly string[];
  readonly resurrected: readonly string[];
}

export interface HandoverOptions {
  readonly stack: Stack;
  readonly site: DemoSite;
  readonly book: RunBook;
  readonly lists: readonly SeededIssue[];
  readonly legacy: (issue: DemoIssue) => Panel;
  readonly forge: (issue: DemoIssue) => Panel;
  readonly seed: string;
  /** Whether processes are killed all the while. */
  readonly chaos: boolean;
  readonly say: (line: string) => void;
}

/**
 * Between two things that one person does. A change of what somebody else wrote last, at another panel, costs Forge some read
 * units, and an installation has 66 a second: four people without a pause could use them all up, and then everybody waits.
 */
const PAUSE_MS = 600;
/** How long people work in each stage before the operator goes on. */
const WORK_MS = 4_000;

/**
 * `verify` → live → back → live → settled → final, with people at both panels all the while. Twice everybody stops for a
 * moment and what the app has told them is held against what is there.
 */
export async function handOver(options: HandoverOptions): Promise<HandedOver> {
  const { book } = options;
  if (!book.isDone('rollback')) await inCompany(options, 'there and back', () => there(options));
  const afterRollback = await book.once('compared after the rollback', () =>
    atThePanels(options, options.lists, [options.legacy]),
  );
  if (!book.isDone('finalize')) await inCompany(options, 'for good', () => forGood(options));
  const afterFinal = await compareAtTheEnd(options);
  const unknown = (): null => null;
  return {
    freezeMs: await book.once('cutover', unknown),
    rollbackMs: await book.once('rollback', unknown),
    afterRollbackMissing: afterRollback.missing,
    afterFinalMissing: afterFinal.missing,
    resurrected: [...afterRollback.resurrected, ...afterFinal.resurrected],
  };
}

/** Does a part of it while people work at the panels, and processes are killed where that was asked for. */
async function inCompany(
  options: HandoverOptions,
  part: string,
  work: () => Promise<void>,
): Promise<void> {
  const { lists, book, seed } = options;
  const panels = (issue: DemoIssue): readonly Panel[] => [
    options.legacy(issue),
    options.forge(issue),
  ];
  const people = startPeople({
    ...{ lists, panels, saved: book.saved, seed: `${part} ${seed}`, pauseMs: PAUSE_MS },
  });
  try {
    await amidChaos(options, options.chaos ? `${part} ${seed}` : undefined, work);
  } finally {
    await people.stop();
  }
}

async function there({ stack, site, book, say }: HandoverOptions): Promise<void> {
  const tenant = site.clientKey;
  const freezeMs = await book.once('cutover', () =>
    order(stack, tenant, { command: 'cutover', to: 'live' }),
  );
  say(`Cut over: nobody could write for ${freezeMs ?? '?'} ms. People go on at both panels.`);
  await pause(WORK_MS);
  const options = ['--reason', 'the demo tries the way back'];
  const rollbackMs = await book.once('rollback', () =>
    order(stack, tenant, { command: 'rollback', to: 'verify', options }),
  );
  say(`Rolled back: nobody could write for ${rollbackMs ?? '?'} ms.`);
  await pause(WORK_MS / 2);
}

async function forGood({ stack, site, book, say }: HandoverOptions): Promise<void> {
  const tenant = site.clientKey;
  await book.once('cutover again', () => order(stack, tenant, { command: 'cutover', to: 'live' }));
  await pause(WORK_MS / 2);
  await book.once('settle', () => order(stack, tenant, { command: 'settle', to: 'settled' }));
  say('Cut over again and settled.');
  await pause(WORK_MS / 2);
  const options = ['--confirm', tenant, '--reason', 'the demo ends here'];
  await book.once('finalize', () =>
    order(stack, tenant, { command: 'finalize', to: 'final', options }),
  );
  say('Finalized: Forge is the only holder now.');
  await pause(WORK_MS / 2);
}

/** Reading costs units of an installation's minute: what people wrote is read at both panels, everything in the store. */
async function compareAtTheEnd(options: HandoverOptions): Promise<Found> {
  const { stack, site, lists, book } = options;
  const { saved } = book;
  const stored = readForge(await patiently(() => stack.doors.stored(site)));
  const inParts = lists.filter(({ list }) => stored.inParts.has(list.id));
  const written = [...new Set([...caredFor(lists).flat(), ...inParts])];
  const atPanels = await atThePanels(options, written, [options.legacy, options.forge]);
  return {
    missing: [
      ...atPanels.missing,
      ...missingLists(saved, stored.lists, 'forge', stored.inParts),
      ...missingTemplates(saved, stored.templates, 'forge'),
    ],
    resurrected: [...atPanels.resurrected, ...resurrectedLists(saved, stored.lists, 'forge')],
  };
}

interface Found {
  readonly missing: readonly string[];
  readonly resurrected: readonly string[];
}

async function atThePanels(
  { book: { saved } }: HandoverOptions,
  lists: readonly SeededIssue[],
  panels: readonly ((issue: DemoIssue) => Panel)[],
): Promise<Found> {
  const missing: string[] = [];
  const resurrected: string[] = [];
  const others = saved.elsewhereThan(new Set(lists.map(({ issue }) => issue.id)));
  for (const panelOf of panels) {
    const where = lists[0] === undefined ? '' : `${panelOf(lists[0].issue).name} panel`;
    const seen = await readPanels(
      lists.map(({ issue }) => issue),
      panelOf,
    );
    missing.push(...missingLists(saved, seen, where, others));
    resurrected.push(...resurrectedLists(saved, seen, where));
  }
  return { missing, resurrected };
}
