import { createHash } from 'node:crypto';
import { z } from 'zod';
import { LayerError } from '../errors.ts';
import { canonical } from '../record/canonical.ts';

/** Raised with every change of what a backup holds; another one is refused by name. */
export const BACKUP_FORMAT = 1;

/** Name of the manifest in the folder of a backup. It is written last: a folder without one holds no backup. */
export const MANIFEST = 'manifest.json';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().min(0);

/** Shape of one part's entry. */
export const partSchema = z.object({
  name: z.string().regex(/^part-\d{6}\.ndjson$/),
  sha256,
  bytes: count,
  records: count,
});

/** One file of a backup: lines of JSON, one record each. */
export type Part = z.infer<typeof partSchema>;

const schema = z.object({
  format: z.literal(BACKUP_FORMAT),
  tenant: z.string().min(1),
  group: z.string().min(1),
  mapping: z.int(),
  layer: z.int(),
  /** Null: the tenant had no target yet. */
  incarnation: z.int().nullable(),
  /** Which side was the authority, and so the one that was read. */
  authority: z.enum(['postgres', 'forge', 'forge-alone']),
  /** Of the gate, or the highest of the heads. */
  epoch: z.int(),
  /** The highest epoch of any record in it; 0 when it holds none. */
  highestEpoch: count,
  /**
   * `tenant`: all records as they stood at one moment. `bucket`: each bucket as it stood at one moment, but not all at the
   * same one. `record`: some buckets never stood still, and hold each record as it stood at some moment.
   */
  consistency: z.enum(['tenant', 'bucket', 'record']),
  /** `[epoch, seq]` of each bucket's head as it was read, or as Postgres knew it; null when the tenant had no target. */
  heads: z.array(z.tuple([count, count])).nullable(),
  /** Buckets whose content is not what their head's digest says. Their records are in here all the same. */
  differing: z.array(count),
  /** Lines. A key that was written while it was read stands in more than one; the newest version counts. */
  records: count,
  tombstones: count,
  takenAt: z.iso.datetime(),
  parts: z.array(partSchema),
  /** SHA-256 over all of the above, and so, through the parts' sums, over every byte of the backup. */
  whole: sha256,
});

/** What a backup says of itself. */
export type Manifest = z.infer<typeof schema>;

/** Adds the sum over everything else. */
export function sealManifest(manifest: Omit<Manifest, 'whole'>): Manifest {
  return { ...manifest, whole: wholeOf(manifest) };
}

/** Reads a manifest. Throws `backup.malformed`, and `backup.damaged` when it does not match its own sum. */
export function parseManifest(text: string): Manifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new LayerError('backup.malformed', `${MANIFEST} is no JSON`, { cause });
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    throw new LayerError('backup.malformed', `${MANIFEST} is no manifest of a backup`, {
      cause: parsed.error,
    });
  }
  const { whole, ...manifest } = parsed.data;
  if (whole !== wholeOf(manifest)) {
    throw new LayerError('backup.damaged', `${MANIFEST} does not match its own checksum`);
  }
  return parsed.data;
}

function wholeOf(manifest: Omit<Manifest, 'whole'>): string {
  return createHash('sha256').update(canonical(manifest)).digest('hex');
}
