import { z } from 'zod';
import { LayerError } from '../errors.ts';
import type { Version } from '../terms.ts';

/** One write of Forge as authority: which records it touched, in which version. No payload: the records are read then. */
export interface LogEntry {
  readonly records: readonly { readonly key: string; readonly version: Version }[];
  /** The caller's mutation, by which a writer whose answer was lost recognises its own success. */
  readonly mutation?: string;
}

const stored = z.object({
  r: z.array(z.tuple([z.string(), z.int(), z.int()])),
  m: z.string().optional(),
});

/** `l:<group>:<bucket>:<seq>`. */
export function logKey(group: string, bucket: number, seq: number): string {
  return `l:${group}:${bucket}:${seq}`;
}

/** The entry as it is stored, short: it is written with every change. */
export function formatLogEntry({ records, mutation }: LogEntry): z.infer<typeof stored> {
  const r = records.map(({ key, version }): [string, number, number] => [
    key,
    version.e,
    version.n,
  ]);
  return mutation === undefined ? { r } : { r, m: mutation };
}

/** Throws `log.malformed` when it is no entry of ours. */
export function parseLogEntry(value: unknown, key: string): LogEntry {
  const parsed = stored.safeParse(value);
  if (!parsed.success) {
    throw new LayerError('log.malformed', `${key} is no log entry`, { cause: parsed.error });
  }
  const { r, m } = parsed.data;
  const records = r.map(([record, e, n]) => ({ key: record, version: { e, n } }));
  return m === undefined ? { records } : { records, mutation: m };
}
