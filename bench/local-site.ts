/**
 * `npm run bench:local-site [-- --json]`: how fast the local site is, against the promises of its README, with its peers in
 * the same run: the same store without function and HTTP, and forge-sim where it can be had. Ends with exit code 1 when a
 * promise is not kept. Times are of this machine; compare ratios.
 */
import { execFileSync } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { findPeer } from './local-site-find-peer.ts';
import { writeOverRest } from './local-site-load.ts';
import { startMeasuring, type Measuring } from './local-site-process.ts';
import { asTable, isMet, median, ratioOf, type Row } from './local-site-rows.ts';
import { measureStarts } from './local-site-start.ts';

const BATCHES = 800;
const ROUNDS = 3;
const json = process.argv.includes('--json');
const number = z.number();

const notes = [`${cpus().length} cores, load ${loadavg()[0]?.toFixed(1) ?? '?'} when it began.`];
const rows: Row[] = [];
await measureStart();
await measureCalls();
measureTenants();

if (json) {
  const results = rows.map((row) => ({ ...row, met: isMet(row), ratio: ratioOf(row) }));
  process.stdout.write(`${JSON.stringify({ bench: 'local-site', results, notes })}\n`);
} else {
  console.table(asTable(rows));
  for (const note of notes) console.log(note);
}
if (!rows.every(isMet)) process.exitCode = 1;

async function measureStart(): Promise<void> {
  const { seconds: ours, ...cpu } = await measureStarts();
  rows.push({ what: 'from process start to ready', unit: 's', ours, target: 2, ...cpu });
}

async function measureCalls(): Promise<void> {
  const site = await startMeasuring('./local-site-child.ts');
  const found = findPeer();
  const peer =
    'entry' in found
      ? await startMeasuring('./local-site-peer.ts', { FORGE_SIM_ENTRY: found.entry })
      : undefined;
  if ('missing' in found) notes.push(`forge-sim 0.1.18 is no part of this run: ${found.missing}.`);
  else notes.push('forge-sim runs functions and store in one process and in memory, without HTTP.');
  const { storage, tokens } = z
    .object({ storage: z.string(), tokens: z.array(z.string()) })
    .parse(site.hello);

  const compare = async (
    promised: Promised,
    ours: Measured,
    others: Readonly<Record<string, () => Promise<unknown>>>,
  ): Promise<void> => {
    if (Object.keys(others).length === 0) rows.push({ ...promised, ...ours });
    for (const [name, measure] of Object.entries(others)) {
      const { ours: value } = await rounds(site, measure, 1);
      rows.push({ ...promised, ...ours, peer: { name, value } });
    }
  };
  const sim = (name: string) => (peer === undefined ? {} : { 'forge-sim': () => peer.ask(name) });
  await compare(
    { what: 'kvs.get through SDK, function and HTTP, median', unit: 'ms', target: 2 },
    await rounds(site, () => site.ask('get'), 24 * 50),
    { 'the store without function and HTTP': () => site.ask('getInProcess'), ...sim('get') },
  );
  await compare(
    { what: 'records of 1 KB over REST, 25 a batch', unit: 'records/s', target: 3_000, more: true },
    await rounds(site, () => writeOverRest(storage, tokens, BATCHES), BATCHES * 25),
    { 'the store without HTTP': () => site.ask('writeInProcess'), ...sim('write') },
  );
  await compare(
    { what: 'warm invocation, median', unit: 'ms', target: 10 },
    await rounds(site, () => site.ask('invoke'), 550),
    sim('invoke'),
  );
  await peer?.stop();
  await site.stop();
}

interface Measured {
  readonly ours: number;
  readonly cpuMs: number;
}

/** Median of the rounds, and the site's CPU per operation. */
async function rounds(
  site: Measuring,
  measure: () => Promise<unknown>,
  operations: number,
): Promise<Measured> {
  const values: number[] = [];
  const before = number.parse(await site.ask('cpu'));
  for (let round = 0; round < ROUNDS; round += 1) values.push(number.parse(await measure()));
  const cpuMs = (number.parse(await site.ask('cpu')) - before) / (ROUNDS * operations);
  return { ours: median(values), cpuMs };
}

type Promised = Omit<Row, 'ours' | 'peer' | 'cpuMs'>;

function measureTenants(): void {
  const file = fileURLToPath(new URL('./local-site-tenants.ts', import.meta.url));
  const text = execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', file], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  const { madeSeconds, installedSeconds, cpuSeconds, peakMegabytes } = z
    .object({
      madeSeconds: number,
      installedSeconds: number,
      cpuSeconds: number,
      peakMegabytes: number,
    })
    .parse(JSON.parse(text));
  const cpuMs = cpuSeconds / 10;
  rows.push(
    { what: '10,000 tenants made', unit: 's', ours: madeSeconds, target: 10 },
    {
      what: '10,000 tenants made, app installed',
      unit: 's',
      ours: installedSeconds,
      target: 10,
      cpuMs,
    },
    { what: 'memory of 10,000 tenants, peak', unit: 'MB', ours: peakMegabytes, target: 300 },
  );
}
