import type { Issue, Site } from 'crossgrade-local-site';
import { tenantProgress, type TenantProgress } from 'crossgrade/postgres';
import type { DemoArguments } from '../arguments.ts';
import type { Stack } from '../stack.ts';
import { TallyClient } from '../tally-client.ts';
import {
  missingLists,
  missingTemplates,
  readForge,
  readPanels,
  resurrectedLists,
} from './compare.ts';
import { drain, followCopy, GROUP } from './follow-copy.ts';
import { handOver, type HandedOver } from './hand-over.ts';
import { idealUnits } from './ideal-units.ts';
import { forgePanels, legacyPanel, type Panel } from './panel.ts';
import { startPeople, type SeededIssue } from './people.ts';
import { problemsOf } from './problems.ts';
import { Saved } from './saved.ts';
import { seedSite } from './seed-site.ts';

/** What `--json` prints as its last line. */
export interface HeadlessResult {
  linked: boolean;
  /** Independent channels that agree on the link. */
  channels: number;
  records: number;
  copied: number;
  /** Found by the layer's own verification. */
  differences: number;
  setAside: number;
  /** Requests that the app answered with success, in the whole run. */
  writesAcknowledged: number;
  /** Saved states that one of the two stores lacks after the copy. */
  writesMissing: number;
  /** Deleted lists that are readable again, at any of the comparisons. */
  resurrected: number;
  /** Write units the copy used in Forge, heads and live pushes included. */
  unitsUsed: number;
  /** Units that a single, perfectly packed copy of what is stored would cost. */
  unitsIdeal: number;
  /** From the upgrade to the end of the verification. */
  seconds: number;
  /** How long nobody could write at the first cut-over; null when the run ended before. */
  freezeMs: number | null;
  /** The same for the rollback. */
  rollbackMs: number | null;
  /** Saved states that Postgres lacks after the rollback. */
  afterRollbackMissing: number | null;
  /** Saved states that Forge lacks, or one of the panels does not show, when Forge is the only holder. */
  afterFinalMissing: number | null;
  /** Requests that waited ten seconds for a hand-over and were told to try again. */
  parkedTooLong: number;
  /** Processes killed with SIGKILL during the hand-overs. */
  killed: number;
}

interface Run {
  readonly stack: Stack;
  readonly site: Site;
  readonly saved: Saved;
  readonly lists: readonly SeededIssue[];
  readonly legacy: (issue: Issue) => Panel;
  readonly args: DemoArguments;
  readonly say: (line: string) => void;
}

/**
 * The main job without a person: seed, write, upgrade in place, link, copy, verify, compare; then cut over, roll back, cut
 * over again, settle and finalize, with people at both panels.
 */
export async function runHeadless(
  stack: Stack,
  args: DemoArguments,
  say: (line: string) => void,
): Promise<{ result: HeadlessResult; problems: string[] }> {
  const site = stack.local.sites.values().next().value;
  if (site === undefined) throw new Error('the local site has no site');
  const saved = new Saved();
  const client = new TallyClient(stack.remoteUrl);
  await stack.local.connect.install(site, `${stack.remoteUrl}/atlassian-connect.json`);
  const { lists, poison } = await seedSite(stack, site, client, saved, args);
  const legacy = (issue: Issue): Panel => legacyPanel(stack.local, site, client, issue);
  const run: Run = { stack, site, saved, lists, legacy, args, say };

  const begun = Date.now();
  const copied = await copyUnderWrites(run);
  const copies = copied.setAside.length === 0;
  if (copies) await drain(stack, site);
  const verified = copies ? (await stack.operator.run(['verify', site.clientKey])).code : 2;
  const seconds = Math.round((Date.now() - begun) / 100) / 10;
  const progress = await tenantProgress(stack.pool, site.clientKey, GROUP);
  say('Comparing what the app said it saved with both stores …');
  const setAside = new Set(progress.setAside.map(({ key }) => key.replace('list:', '')));
  const { missing, resurrected } = await compareBoth(run, setAside);
  const installation = site.installationId ?? '';
  const unitsUsed = stack.local.store.usage(installation).writeUnits;
  const unitsIdeal = idealUnits(stack.local.store.inspect(installation));

  const isReady = copies && verified === 0 && args.until === 'final';
  const handed = isReady ? await handOverAll(run) : undefined;
  const result: HeadlessResult = {
    ...(await readLink(stack, site)),
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
    killed: handed?.killed ?? 0,
  };
  const problems = problemsOf({
    ...{ result, progress, verified, poison, saved, mayLeaveOpen: args.chaos },
    missing: [
      ...missing,
      ...(handed?.afterRollbackMissing ?? []).map((entry) => `${entry}, after the rollback`),
      ...(handed?.afterFinalMissing ?? []).map((entry) => `${entry}, after everything`),
    ],
    resurrected: [...resurrected, ...(handed?.resurrected ?? [])],
  });
  return { result, problems };
}

async function copyUnderWrites(run: Run): Promise<TenantProgress> {
  const { stack, site, args, say, lists, legacy, saved } = run;
  const panels = (issue: Issue): readonly Panel[] => [legacy(issue)];
  const people = startPeople({ lists, panels, saved, seed: String(args.seed), pauseMs: 120 });
  try {
    await stack.local.upgradeInPlace(site, { postInstalled: args.postInstalled });
    say(
      `Upgraded in place${args.postInstalled ? '' : ', without "installed"'}: four people go on writing.`,
    );
    return await followCopy(stack, site, args, say);
  } finally {
    await people.stop();
  }
}

/** Holds what the app told its users against Postgres, through the app's own API, and against Forge's store. */
async function compareBoth(
  { stack, site, saved, lists, legacy }: Run,
  setAside: ReadonlySet<string>,
): Promise<{ missing: string[]; resurrected: string[] }> {
  const postgres = await readPanels(
    lists.map(({ issue }) => issue),
    legacy,
  );
  const forge = readForge(stack.local, site);
  const isExpected = (entry: string): boolean => !setAside.has(entry.replace('forge ', ''));
  return {
    missing: [
      ...missingLists(saved, postgres, 'postgres'),
      ...missingLists(saved, forge.lists, 'forge', forge.inParts).filter(isExpected),
      ...(setAside.size === 0 ? missingTemplates(saved, forge.templates, 'forge') : []),
    ],
    resurrected: [
      ...resurrectedLists(saved, postgres, 'postgres'),
      ...resurrectedLists(saved, forge.lists, 'forge'),
    ],
  };
}

function handOverAll({ stack, site, saved, lists, legacy, args, say }: Run): Promise<HandedOver> {
  return handOver({
    ...{ stack, site, saved, lists, legacy, say },
    forge: forgePanels(site),
    seed: args.seed,
    chaos: args.chaos,
  });
}

async function readLink(stack: Stack, site: Site): Promise<{ linked: boolean; channels: number }> {
  const found = await stack.pool.query<{ state: string; channels: string[] }>(
    'select state, channels from tenant_link where client_key = $1',
    [site.clientKey],
  );
  const row = found.rows[0];
  return { linked: row?.state === 'linked', channels: row?.channels.length ?? 0 };
}
