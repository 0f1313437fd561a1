/**
 * `npm run bench:copy`: what copying costs in quota units, CPU and memory, how much of the quota it uses, what people notice
 * of it; and two plain writers with the same records in the same run. Time is virtual where quotas count; CPU is measured with
 * quotas off. `BENCH_RECORDS` (100,000 of the smallest size), `BENCH_MANY` (1,000,000), `BENCH_MINUTES` (3).
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { printReport, type Figure } from './bench-report.ts';

const run = promisify(execFile);

interface Result {
  readonly writer: string;
  readonly bytes: number;
  readonly buckets: number;
  readonly records: number;
  readonly units: number;
  readonly idealUnits: number;
  readonly recordBytes: number;
  readonly virtualMinutes: number;
  readonly throttled: number;
  readonly cpuSeconds: number;
  readonly peakMemoryMb: number;
}

const RECORDS = Number(process.env['BENCH_RECORDS'] ?? 100_000);
const MANY = Number(process.env['BENCH_MANY'] ?? 1_000_000);
const WRITERS = ['ours', 'one set each', 'batch of 25'] as const;

const MINUTES = Number(process.env['BENCH_MINUTES'] ?? 3);
/** Units of 10 KB a minute that Forge allows. */
const UNITS = 4_000;
const CAP = 0.7;
/** The least size is copied `RECORDS` times; larger ones until they come to as many bytes, about. */
const recordsOf = (bytes: number): number => Math.max(5_000, Math.round((RECORDS * 400) / bytes));

const figures: Figure[] = [];
const rows: Result[] = [];
for (const bytes of [400, 1_024, 2_048, 4_096, 8_192]) {
  for (const writer of WRITERS) {
    // Twice as many for ours: the minute in which the copy begins is not a whole one.
    const records = recordsOf(bytes) * (writer === 'ours' ? 2 : 1);
    rows.push(await scenario(writer, records, bytes, 'quotas', 1));
  }
}
console.log(
  'value     writer        records    units  of ideal  minutes   429s  of the byte quota',
);
for (const row of rows) {
  const share = shareOfQuota(row);
  const cells = [
    `${row.bytes} B`.padEnd(9),
    row.writer.padEnd(13),
    row.records.toLocaleString('en').padStart(8),
    row.units.toLocaleString('en').padStart(8),
    (row.units / row.idealUnits).toFixed(3).padStart(9),
    row.virtualMinutes.toFixed(1).padStart(8),
    String(row.throttled).padStart(7),
    `${(100 * share).toFixed(1)} %`.padStart(10),
  ];
  console.log(cells.join(' '));
  if (row.writer !== 'ours') continue;
  const what = `records of ${row.bytes} B, all of the quota allowed`;
  figures.push({ what, unit: '% of it', value: 100 * share, least: 90 });
}
const own = rows.filter((row) => row.writer === 'ours');
const worst = Math.max(...own.map((row) => row.units / row.idealUnits));
figures.push({ what: 'units, worst size', unit: '× ideal', value: worst, most: 1.1 });

const capped = await scenario('ours', recordsOf(1_024), 1_024, 'quotas', CAP);
figures.push({
  what: `under a cap of ${100 * CAP} %`,
  unit: '% of cap',
  value: (100 * capped.units) / (CAP * UNITS * capped.virtualMinutes),
  least: 95,
});
const LIVE = { layer: 'through the layer', past: 'past the layer', naive: 'beside a naive writer' };
const live: unknown[] = [];
const wrong: string[] = [];
for (const [name, where] of Object.entries(LIVE)) {
  const lived = await runScript<Lived>('./copy-live.ts', [name, String(MINUTES)]);
  live.push(lived);
  if (lived.lost !== 0) wrong.push(`${lived.lost} writes of people ${where} are lost`);
  const refused = {
    what: `429s that people saw, 30 % of the quota ${where}`,
    value: lived.refused,
  };
  figures.push(
    name === 'layer' ? { ...refused, unit: '', most: 0 } : { ...refused, unit: '' },
    { what: `a write of people ${where}, p99, virtual`, unit: 'ms', value: lived.p99 },
    { what: `units a minute, people ${where}`, unit: 'units', value: lived.unitsPerMinute },
  );
}

const fast = await scenario('ours', RECORDS, 1_024, 'free', CAP);
const perSecond = fast.records / fast.cpuSeconds;
figures.push({
  what: 'CPU of one core, store included',
  unit: 'records/s',
  value: perSecond,
  least: 2_000,
});
const many = await scenario('ours', MANY, 1_024, 'free', CAP);
figures.push({
  what: `memory for ${many.records.toLocaleString('en')} records, store included`,
  unit: 'MB',
  value: many.peakMemoryMb,
  most: 300,
});
printReport({ bench: 'copy', figures, wrong, details: { rows, capped, live, fast, many } });

/** What people at work came to. */
interface Lived {
  readonly lost: number;
  readonly refused: number;
  readonly p99: number;
  readonly unitsPerMinute: number;
}

/** Bytes of records that got through in a minute, of those that the quota pays for. */
function shareOfQuota({ recordBytes, virtualMinutes }: Result): number {
  return recordBytes / (virtualMinutes * UNITS * 10_000);
}

async function scenario(
  writer: string,
  records: number,
  bytes: number,
  quotas: string,
  share: number,
): Promise<Result> {
  const args = [writer, String(records), String(bytes), quotas, String(share)];
  return runScript<Result>('./copy-run.ts', args);
}

async function runScript<T>(file: string, args: readonly string[]): Promise<T> {
  const script = new URL(file, import.meta.url).pathname;
  const flags = [
    // A heap that shows that nothing grows with the number of records.
    ...['--max-old-space-size=128', '--max-semi-space-size=8'],
    '--disable-warning=ExperimentalWarning',
  ];
  const { stdout } = await run(process.execPath, [...flags, script, ...args], { maxBuffer: 1e8 });
  return JSON.parse(stdout) as T;
}
