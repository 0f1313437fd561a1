import { z } from 'zod';
import { canonical } from '../record/canonical.ts';
import type { Json, Version } from '../terms.ts';

/** One record of a backup: its version, and its value as it stands in Forge, without the version around it. */
export interface BackupRecord {
  readonly key: string;
  readonly version: Version;
  readonly deleted: boolean;
  /** Undefined exactly when it is deleted. */
  readonly value: Json | undefined;
}

const line = z.discriminatedUnion('deleted', [
  z.strictObject({
    key: z.string().min(1),
    e: z.int().min(1),
    n: z.int().min(1),
    deleted: z.literal(true),
  }),
  z.strictObject({
    key: z.string().min(1),
    e: z.int().min(1),
    n: z.int().min(1),
    deleted: z.literal(false),
    // The text was JSON, so that it is there is all that is left to ask.
    value: z.unknown().refine((value) => value !== undefined),
  }),
]);

/** One line without its end. The same record always gives the same text. */
export function formatRecord({ key, version, deleted, value }: BackupRecord): string {
  const { e, n } = version;
  return canonical(deleted ? { key, e, n, deleted } : { key, e, n, deleted, value });
}

/** Reads what `formatRecord` wrote; undefined for anything else. */
export function parseRecord(text: string): BackupRecord | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = line.safeParse(json);
  if (!parsed.success) return undefined;
  const { key, e, n, deleted } = parsed.data;
  const value = parsed.data.deleted ? undefined : (parsed.data.value as Json);
  return { key, version: { e, n }, deleted, value };
}
