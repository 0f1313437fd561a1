import type { Issue, Site } from 'crossgrade-local-site';
import { tenantProgress, type TenantProgress } from 'crossgrade/postgres';
import type { List } from '../checklist/index.ts';
import { seededRandom } from '../local-site/support/index.ts';
import type { DemoArguments } from './arguments.ts';
import { compareWithStores } from './compare.ts';
import { idealUnits } from './ideal-units.ts';
import { progressDisplay } from './progress-bar.ts';
import { Saved } from './saved.ts';
import {
  createList,
  createTemplates,
  inParallel,
  issueToken,
  poisonList,
  projectToken,
  saveSetting,
  seedList,
} from './seed.ts';
import type { Stack } from './stack.ts';
import { TallyClient } from './tally-client.ts';
import { runWriter } from './writer.ts';

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
  writesAcknowledged: number;
  /** Saved states that one of the two stores lacks. */
  writesMissing: number;
  /** Deleted lists that are readable again. */
  resurrected: number;
  /** Write units the run used in Forge, heads and live pushes included. */
  unitsUsed: number;
  /** Units that a single, perfectly packed copy of what is stored would cost. */
  unitsIdeal: number;
  /** From the upgrade to the end of the verification. */
  seconds: number;
}

const WRITERS = 4;
const GROUP = 'checklists';

/** The main job without a person: seed, write, upgrade in place, link, copy, verify, compare. */
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
  const seeded = await seed(stack, site, client, saved, args);

  let stopped = false;
  const perWriter = Math.min(50, Math.ceil(seeded.length / WRITERS));
  const writers = Array.from({ length: WRITERS }, (_, index) =>
    runWriter({
      ...{ local: stack.local, site, client, saved },
      lists: seeded.filter((_entry, at) => at % WRITERS === index).slice(0, perWriter),
      random: seededRandom(`writer ${index} of ${args.seed}`),
      pauseMs: 120,
      isStopped: () => stopped,
    }),
  );
  const begun = Date.now();
  let progress: TenantProgress;
  try {
    await stack.local.upgradeInPlace(site, { postInstalled: args.postInstalled });
    say(
      `Upgraded in place${args.postInstalled ? '' : ', without "installed"'}: four people go on writing.`,
    );
    progress = await followCopy(stack, site, args, say);
  } finally {
    stopped = true;
    await Promise.all(writers);
  }
  const copies = progress.setAside.length === 0;
  if (copies) progress = await drain(stack, site);
  const verified = copies ? await stack.xg(['verify', site.clientKey, '--json']) : 2;
  const seconds = Math.round((Date.now() - begun) / 100) / 10;
  progress = await tenantProgress(stack.pool, site.clientKey, GROUP);
  say('Comparing what the app said it saved with both stores …');
  const comparison = await compareWithStores({
    ...{ local: stack.local, site, client, saved },
    issues: seeded.map(({ issue }) => issue),
    setAside: new Set(progress.setAside.map(({ key }) => key.replace('list:', ''))),
  });
  const link = await readLink(stack, site);
  const result: HeadlessResult = {
    ...link,
    records: progress.recordsTotal,
    copied: progress.recordsCopied,
    differences: progress.differences ?? 0,
    setAside: progress.setAside.length,
    writesAcknowledged: saved.acknowledged,
    writesMissing: comparison.missing.length,
    resurrected: comparison.resurrected.length,
    unitsUsed: stack.local.store.usage(site.installationId ?? '').writeUnits,
    unitsIdeal: idealUnits(stack.local.store.inspect(site.installationId ?? '')),
    seconds,
  };
  return { result, problems: problemsOf(result, progress, comparison, verified, seeded, saved) };
}

interface SeededIssue {
  readonly issue: Issue;
  list: List;
}

async function seed(
  stack: Stack,
  site: Site,
  client: TallyClient,
  saved: Saved,
  args: DemoArguments,
): Promise<SeededIssue[]> {
  const project = stack.local.jira.addProject(site, 'TALLY', 'Tally demo');
  const forProject = projectToken(stack.local, site, project);
  for (const template of await createTemplates(client, forProject, project.id)) {
    saved.template(template);
  }
  await saveSetting(client, forProject);
  const display = progressDisplay(process.stderr, 'seed');
  const seeded: SeededIssue[] = [];
  let done = 0;
  await inParallel(args.records + (args.poison ? 1 : 0), 16, async (index) => {
    const summary = `Work item ${index + 1}`;
    const issue = stack.local.jira.addIssue(site, { projectKey: project.key, summary });
    const shape = index === args.records ? poisonList() : seedList(index);
    const list = await createList(client, issueToken(stack.local, site, issue), issue, shape);
    saved.list(list);
    seeded.push({ issue, list });
    done += 1;
    display.show({ done, total: args.records, unit: 'lists' });
  });
  display.end(`Seeded ${seeded.length.toLocaleString('en')} lists through the legacy API.`);
  return seeded.sort((a, b) => Number(a.issue.id) - Number(b.issue.id));
}

/** Shows the copy until the tenant is verified, or can't get there because a record is set aside. */
async function followCopy(
  stack: Stack,
  site: Site,
  args: DemoArguments,
  say: (line: string) => void,
): Promise<TenantProgress> {
  const display = progressDisplay(process.stderr, 'copy');
  let kills = 0;
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    const progress = await tenantProgress(stack.pool, site.clientKey, GROUP);
    const { recordsTotal, recordsCopied, dirty, stage, setAside } = progress;
    const units = stack.local.store.usage(site.installationId ?? '').writeUnits;
    display.show({
      done: recordsCopied,
      total: recordsTotal,
      unit: 'records',
      facts: [`${units} units`, `lag ${dirty}`, stage],
    });
    if (progress.condition !== null) {
      display.end(`The tenant is ${progress.condition}: ${progress.conditionReason ?? ''}`);
      return progress;
    }
    const due = ((kills + 1) / (args.kills + 1)) * recordsTotal * 0.9;
    if (stage === 'copy' && kills < args.kills && recordsCopied > 0 && recordsCopied >= due) {
      kills += 1;
      say(`Killed the copying process ${stack.worker.pid} (${kills} of ${args.kills}).`);
      stack.worker.kill();
    }
    const isStuck = setAside.length > 0 && recordsCopied + setAside.length >= recordsTotal;
    if (isStuck || (await isVerified(stack, site))) {
      display.end(
        isStuck
          ? `Copied all but ${setAside.length}.`
          : `Copied and verified ${recordsCopied.toLocaleString('en')} records in ${units.toLocaleString('en')} units.`,
      );
      return progress;
    }
  }
}

async function isVerified(stack: Stack, site: Site): Promise<boolean> {
  const passes = await stack.pool.query<{ done: boolean }>(
    `select exists (select 1 from mig_pass where tenant = $1 and result in ('clean', 'different') and kind = 'scrub')
       as done`,
    [site.clientKey],
  );
  return passes.rows[0]?.done === true;
}

/** The writers have stopped: what they wrote last still has to arrive. */
async function drain(stack: Stack, site: Site): Promise<TenantProgress> {
  for (;;) {
    const progress = await tenantProgress(stack.pool, site.clientKey, GROUP);
    if (progress.dirty === 0 || progress.condition !== null) return progress;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function readLink(stack: Stack, site: Site): Promise<{ linked: boolean; channels: number }> {
  const found = await stack.pool.query<{ state: string; channels: string[] }>(
    'select state, channels from tenant_link where client_key = $1',
    [site.clientKey],
  );
  const row = found.rows[0];
  return { linked: row?.state === 'linked', channels: row?.channels.length ?? 0 };
}

/** Everything that makes the run a failure, as sentences. */
function problemsOf(
  result: HeadlessResult,
  progress: TenantProgress,
  comparison: { missing: string[]; resurrected: string[] },
  verified: number,
  seeded: readonly SeededIssue[],
  saved: Saved,
): string[] {
  const problems: string[] = [];
  if (!result.linked) problems.push('The tenant is not linked.');
  if (progress.condition !== null) {
    problems.push(`The tenant is ${progress.condition}: ${progress.conditionReason ?? ''}`);
  }
  for (const { key, reason } of progress.setAside) {
    const owner = seeded.find(({ list }) => `list:${list.id}` === key);
    const where = owner === undefined ? '' : ` ("${owner.list.name}" on ${owner.issue.key})`;
    problems.push(`${key}${where} can't be stored in Forge: ${reason}. The tenant stays in copy.`);
  }
  if (progress.setAside.length === 0 && verified !== 0) {
    problems.push('The last verification did not end clean.');
  }
  if (result.differences > 0) problems.push(`${result.differences} differences are unexplained.`);
  for (const entry of comparison.missing.slice(0, 10)) problems.push(`Missing: ${entry}`);
  for (const entry of comparison.resurrected.slice(0, 10))
    problems.push(`Back from the dead: ${entry}`);
  if (saved.refused > 0) problems.push(`The app refused ${saved.refused} requests of the writers.`);
  return problems;
}
