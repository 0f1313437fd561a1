import type { TenantProgress } from 'crossgrade/postgres';
import type { DemoArguments } from '../arguments.ts';
import type { DemoIssue, DemoSite } from '../site/site-doors.ts';
import type { Stack } from '../stack.ts';
import { TallyClient } from '../tally-client.ts';
import { amidChaos } from './chaos.ts';
import {
  missingLists,
  missingTemplates,
  readForge,
  readPanels,
  resurrectedLists,
} from './compare.ts';
import { drain, followCopy, progressOf } from './follow-copy.ts';
import { handOver, type HandedOver } from './hand-over.ts';
import { idealUnits } from './ideal-units.ts';
import { settleOpenAsks } from './open-asks.ts';
import { forgePanels, legacyPanel, type Panel } from './panel.ts';
import { patiently } from './patience.ts';
import { startPeople, type SeededIssue } from './people.ts';
import type { Poison } from './plant-poison.ts';
import { problemsOf } from './problems.ts';
import type { RunBook } from './run-book.ts';
import { seededIssues } from './seeded-issues.ts';
import { seedSite } from './seed-site.ts';
import type { HeadlessResult } from './headless-result.ts';

interface Run {
  readonly stack: Stack;
  readonly site: DemoSite;
  readonly book: RunBook;
  readonly lists: readonly SeededIssue[];
  readonly legacy: (issue: DemoIssue) => Panel;
  readonly args: DemoArguments;
  readonly say: (line: string) => void;
}

type Progress = Pick<
  TenantProgress,
  'recordsTotal' | 'recordsCopied' | 'differences' | 'condition' | 'conditionReason' | 'setAside'
>;

/** What came of the copy. */
interface Copied {
  /** False when a record can't be stored in Forge. */
  readonly copies: boolean;
  /** Exit code of the last verification. */
  readonly verified: number | null;
  readonly progress: Progress;
  readonly seconds: number;
  readonly missing: readonly string[];
  readonly resurrected: readonly string[];
  readonly unitsUsed: number;
  readonly unitsIdeal: number;
}

/**
 * The main job without a person: seed, write, upgrade in place, link, copy, verify, compare; then cut over, roll back, cut
 * over again, settle and finalize, with people at both panels. Every step is written down when it is done, so that a run that was
 * killed goes on behind the last one.
 */
export async function runHeadless(
  stack: Stack,
  book: RunBook,
  args: DemoArguments,
  say: (line: string) => void,
): Promise<{ result: HeadlessResult; problems: string[] }> {
  const [site] = await stack.doors.sites();
  if (site === undefined) throw new Error('the local site has no site');
  const client = new TallyClient(stack.remoteUrl);
  const legacy = (issue: DemoIssue): Panel => legacyPanel(stack.doors, site, client, issue);
  if (book.isResumed) say('Going on with what the earlier process has left …');
  const poison = await book.once('seeded', () =>
    amidChaos({ stack, book, say }, args.chaos ? `seed ${args.seed}` : undefined, async () => {
      await book.once('installed', () => install(stack, site));
      await settleOpenAsks(book.saved, book.issues(), legacy);
      const { records } = args;
      const options = { stack, site, client, book, legacy, records, poison: args.poison };
      return (await seedSite(options)) ?? null;
    }),
  );
  await settleOpenAsks(book.saved, book.issues(), legacy);
  const lists = await seededIssues(book, legacy);
  const run: Run = { stack, site, book, lists, legacy, args, say };
  const copied = await book.once('copied', () => copyAndCompare(run));
  const isReady = copied.copies && copied.verified === 0 && args.until === 'final';
  const handed = isReady ? await handOverAll(run) : undefined;
  return report(run, copied, handed, poison ?? undefined);
}

async function report(
  { stack, site, book, args }: Run,
  copied: Copied,
  handed: HandedOver | undefined,
  poison: Poison | undefined,
): Promise<{ result: HeadlessResult; problems: string[] }> {
  const { progress, verified, missing, resurrected, unitsUsed, unitsIdeal, seconds } = copied;
  const { saved } = book;
  const result: HeadlessResult = {
    ...(await patiently(() => readLink(stack, site))),
    records: progress.recordsTotal,
    copied: progress.recordsCopied,
    differences: progress.differences ?? 0,
    setAside: progress.setAside.length,
    writesAcknowledged: saved.acknowledged,
    writesMissing: missing.length,
    resurrected: resurrected.length + (handed?.resurrected.length ?? 0),
    ...{ unitsUsed, unitsIdeal, seconds },
    freezeMs: handed?.freezeMs ?? null,
    rollbackMs: handed?.rollbackMs ?? null,
    afterRollbackMissing: handed?.afterRollbackMissing.length ?? null,
    afterFinalMissing: handed?.afterFinalMissing.length ?? null,
    parkedTooLong: saved.parkedTooLong,
    killed: {
      server: book.killed.get('server') ?? 0,
      worker: book.killed.get('worker') ?? 0,
      operator: book.killed.get('operator') ?? 0,
      site: book.killed.get('site') ?? 0,
      postgres: book.killed.get('postgres') ?? 0,
    },
    resumed: book.isResumed,
  };
  const problems = problemsOf({
    ...{ result, progress, verified, poison, saved },
    mayLeaveOpen: args.chaos || book.isResumed,
    missing: [
      ...missing,
      ...(handed?.afterRollbackMissing ?? []).map((entry) => `${entry}, after the rollback`),
      ...(handed?.afterFinalMissing ?? []).map((entry) => `${entry}, after everything`),
    ],
    resurrected: [...resurrected, ...(handed?.resurrected ?? [])],
  });
  return { result, problems };
}

/** One whose end nobody has heard may have been carried out. */
async function install({ doors, remoteUrl }: Stack, site: DemoSite): Promise<void> {
  await patiently(async () => {
    if ((await doors.generation(site)) !== 'none') return;
    await doors.install(site, `${remoteUrl}/atlassian-connect.json`);
  });
}

async function copyAndCompare(run: Run): Promise<Copied> {
  const { stack, site, book, say } = run;
  const begun = await book.once('upgrade begun', () => Date.now());
  const followed = await copyUnderWrites(run);
  const copies = followed.setAside.length === 0;
  if (copies) await drain(stack, site);
  const verified = copies ? (await stack.operator.run(['verify', site.clientKey])).code : 2;
  const seconds = Math.round((Date.now() - begun) / 100) / 10;
  const progress = await progressOf(stack, site);
  say('Comparing what the app said it saved with both stores …');
  const setAside = new Set(progress.setAside.map(({ key }) => key.replace('list:', '')));
  const stored = await patiently(() => stack.doors.stored(site));
  const compared = await compareBoth(run, setAside, readForge(stored));
  const { recordsTotal, recordsCopied, differences, condition, conditionReason } = progress;
  return {
    ...{ copies, verified, seconds, ...compared },
    progress: {
      ...{ recordsTotal, recordsCopied, differences, condition, conditionReason },
      setAside: progress.setAside,
    },
    unitsUsed: await patiently(() => stack.doors.writeUnits(site)),
    unitsIdeal: idealUnits(stored),
  };
}

async function copyUnderWrites(run: Run): Promise<TenantProgress> {
  const { stack, site, args, say, lists, legacy, book } = run;
  const panels = (issue: DemoIssue): readonly Panel[] => [legacy(issue)];
  const { saved } = book;
  const seed = seedOf(run);
  const people = startPeople({ lists, panels, saved, seed, pauseMs: 120 });
  try {
    return await amidChaos(run, args.chaos ? `copy ${seed}` : undefined, async () => {
      await patiently(async () => {
        if ((await stack.doors.generation(site)) === 'hybrid') return;
        await stack.doors.upgrade(site, { postInstalled: args.postInstalled });
      });
      say(
        `Upgraded in place${args.postInstalled ? '' : ', without "installed"'}: four people go on writing.`,
      );
      return followCopy(stack, site, args, say);
    });
  } finally {
    await people.stop();
  }
}

/** A run that goes on must not do again what the killed one did. */
function seedOf({ args, book }: Run): string {
  return book.isResumed ? `${args.seed} after ${book.saved.acknowledged}` : String(args.seed);
}

/** Holds what the app told its users against Postgres, through the app's own API, and against Forge's store. */
async function compareBoth(
  { book: { saved }, lists, legacy }: Run,
  setAside: ReadonlySet<string>,
  forge: ReturnType<typeof readForge>,
): Promise<{ missing: string[]; resurrected: string[] }> {
  const postgres = await readPanels(
    lists.map(({ issue }) => issue),
    legacy,
  );
  return {
    missing: [
      ...missingLists(saved, postgres, 'postgres'),
      ...missingLists(saved, forge.lists, 'forge', new Set([...forge.inParts, ...setAside])),
      ...(setAside.size === 0 ? missingTemplates(saved, forge.templates, 'forge') : []),
    ],
    resurrected: [
      ...resurrectedLists(saved, postgres, 'postgres'),
      ...resurrectedLists(saved, forge.lists, 'forge'),
    ],
  };
}

function handOverAll(run: Run): Promise<HandedOver> {
  const { stack, site, book, lists, legacy, args, say } = run;
  return handOver({
    ...{ stack, site, book, lists, legacy, say },
    forge: forgePanels(site),
    seed: seedOf(run),
    chaos: args.chaos,
  });
}

async function readLink(
  stack: Stack,
  site: DemoSite,
): Promise<{ linked: boolean; channels: number }> {
  const found = await stack.pool.query<{ state: string; channels: string[] }>(
    'select state, channels from tenant_link where client_key = $1',
    [site.clientKey],
  );
  const row = found.rows[0];
  return { linked: row?.state === 'linked', channels: row?.channels.length ?? 0 };
}
