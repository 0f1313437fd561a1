import { rm, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readHeads } from '../copy/read-heads.ts';
import { LayerError } from '../errors.ts';
import type { Authority } from '../terms.ts';
import type { BackupContext } from './backup-context.ts';
import type { Content } from './content.ts';
import { catchUp, readBucket } from './forge-bucket.ts';
import { ForgeBackup } from './forge-backup.ts';
import { beginJournal, readJournal, type Stretch } from './journal.ts';
import { readPart } from './read-backup.ts';
import { readSealed } from './read-sealed.ts';
import type { Manifest } from './manifest.ts';

export interface ExportForgeOptions {
  readonly folder: string;
  readonly partBytes: number | undefined;
  /** Removes what an unfinished export left. */
  readonly clear: () => Promise<void>;
}

/** Rounds over all heads before it is said that they never stood still together. */
const ROUNDS = 5;

/**
 * Reads a tenant from Forge, bucket by bucket, and then what changed meanwhile, until every head is where it was when its
 * bucket was last read: then all records are as they stood at one moment. Throws `handover.parked` when Forge is not the
 * authority of every bucket.
 */
export async function exportForge(
  context: BackupContext,
  options: ExportForgeOptions,
): Promise<Content & { readonly resumed: number }> {
  const { pool, scope, group, send } = context;
  if (send === undefined) throw parked('the gate is closed and there is no target to read');
  const { folder, partBytes } = options;
  const heads = await readHeads(send);
  const authority = [...heads.values()][0]?.auth;
  if (
    (authority !== 'F' && authority !== 'S') ||
    [...heads.values()].some((h) => h.auth !== authority)
  ) {
    throw parked('Forge is not, or not yet, the authority of every bucket');
  }
  const epoch = Math.max(...[...heads.values()].map((head) => head.epoch));
  const run = {
    ...{ tenant: scope.tenant, group: scope.group, mapping: group.mapping },
    ...{ incarnation: send.scope.incarnation, epoch },
  };
  const finished = authority === 'F' ? await finishedParts(folder, run, context) : undefined;
  if (finished === undefined) await options.clear();
  await beginJournal(folder, run, finished ?? []);
  const backup = new ForgeBackup(
    { pool, scope, group, send, folder, authority, partBytes },
    finished ?? [],
  );
  const resumed = backup.parts.length;
  await removeOthers(folder, backup);
  const consistency =
    authority === 'F' ? await readAll(backup, [...heads.keys()]) : await readSealed(backup, heads);
  await backup.endStretch();
  return {
    ...backup.counts,
    ...{ parts: backup.parts, incarnation: run.incarnation, epoch, consistency, resumed },
    authority: nameOf(authority),
    differing: [...backup.differing].sort((a, b) => a - b),
    heads: [...heads.keys()].map((bucket) => [...(backup.seen.get(bucket) ?? [0, 0])]),
  };
}

function nameOf(authority: Exclude<Authority, 'P' | 'D'>): Manifest['authority'] {
  return authority === 'F' ? 'forge' : 'forge-alone';
}

async function readAll(
  backup: ForgeBackup,
  buckets: readonly number[],
): Promise<Manifest['consistency']> {
  const restless = new Set<number>();
  for (const bucket of buckets) {
    if (backup.seen.has(bucket)) continue;
    const { head, isSettled, isSound } = await readBucket(backup, bucket);
    if (!isSettled) restless.add(bucket);
    await backup.noteBucket(bucket, head, isSound);
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    let moved = 0;
    for (const bucket of buckets) {
      const seq = backup.seen.get(bucket)?.[1] ?? 0;
      const now = await backup.headOf(bucket);
      if (now.seq === seq) continue;
      moved += 1;
      const { head, isSettled } = await catchUp(backup, bucket, seq);
      if (isSettled) restless.delete(bucket);
      else restless.add(bucket);
      await backup.noteBucket(bucket, head, true);
    }
    if (moved === 0) return 'tenant';
  }
  return restless.size === 0 ? 'bucket' : 'record';
}

/**
 * What a killed export of the same tenant at the same epoch has finished, if every part of it is still what it was. What was
 * written since is read by the log, so nothing has to be read twice.
 */
async function finishedParts(
  folder: string,
  run: Parameters<typeof readJournal>[1],
  { group }: BackupContext,
): Promise<readonly Stretch[] | undefined> {
  const stretches = await readJournal(folder, run);
  try {
    for (const part of stretches?.flatMap(({ parts }) => parts) ?? []) {
      await readPart(folder, part, group);
    }
    return stretches;
  } catch (error) {
    if (error instanceof LayerError) return undefined;
    throw error;
  }
}

/** Parts that were written but not noted: their buckets are read again. */
async function removeOthers(folder: string, { parts }: ForgeBackup): Promise<void> {
  const names = new Set(parts.map(({ name }) => name));
  for (const name of await readdir(folder)) {
    if (name.startsWith('part-') && !names.has(name)) await rm(join(folder, name));
  }
}

function parked(what: string): LayerError {
  return new LayerError('handover.parked', what);
}
