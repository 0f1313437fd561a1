import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { appendLine, writeWhole } from './files.ts';
import { partSchema } from './manifest.ts';

/** Name of the file in which an export from Forge notes what it has finished. It goes when the manifest is there. */
export const JOURNAL = 'export.journal';

const count = z.int().min(0);

const runSchema = z.object({
  tenant: z.string(),
  group: z.string(),
  mapping: z.int(),
  incarnation: z.int(),
  epoch: z.int(),
});

/** What the parts are of. A journal of anything else is worth nothing. */
export type Run = z.infer<typeof runSchema>;

const stretchSchema = z.object({
  parts: z.array(partSchema),
  /** `[bucket, epoch, seq]`: up to which `seq` each of these buckets is in the backup now. */
  buckets: z.array(z.tuple([count, count, count])),
  records: count,
  tombstones: count,
  highestEpoch: count,
  /** Buckets whose content was not what their head's digest said. */
  differing: z.array(count),
});

/** Some whole buckets, or what changed in them, and the parts that hold it. */
export type Stretch = z.infer<typeof stretchSchema>;

/** Begins a journal, with what an earlier process has finished: a line that a crash cut short is not written after. */
export async function beginJournal(
  folder: string,
  run: Run,
  stretches: readonly Stretch[],
): Promise<void> {
  const lines = [run, ...stretches].map((line) => `${JSON.stringify(line)}\n`);
  await writeWhole(folder, JOURNAL, Buffer.from(lines.join('')));
}

/** Notes that these parts are complete. They must be on the disk by now. */
export async function noteStretch(folder: string, stretch: Stretch): Promise<void> {
  await appendLine(folder, JOURNAL, JSON.stringify(stretch));
}

/** What a killed export of the same run has finished; undefined when there is nothing to go on from. */
export async function readJournal(folder: string, run: Run): Promise<Stretch[] | undefined> {
  const text = await readFile(join(folder, JOURNAL), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  // What follows the last line end was cut short by the crash; so were its parts' names.
  const [first = '', ...lines] = text.split('\n').slice(0, -1);
  const begun = runSchema.safeParse(parse(first));
  if (!begun.success || JSON.stringify(begun.data) !== JSON.stringify(run)) return undefined;
  const stretches: Stretch[] = [];
  for (const line of lines) {
    const stretch = stretchSchema.safeParse(parse(line));
    if (!stretch.success) return undefined;
    stretches.push(stretch.data);
  }
  return stretches;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
