import type { Head } from '../bucket/head.ts';
import { readHeads } from '../copy/read-heads.ts';
import { compareVersions, isWithForge } from '../terms.ts';
import type { OperationsContext, Stranded } from './operations-side.ts';
import { readSuffix } from './reverse.ts';

/**
 * Records of a bucket that Forge wrote and Postgres has not: the log behind the bucket's position, by keyed reads. Shows
 * versions, no values, and changes nothing.
 */
export async function strandedOf(
  context: OperationsContext,
  bucket: number,
  head: Head,
): Promise<readonly Stranded[]> {
  if (!isWithForge(head) && head.auth !== 'D') return [];
  const stranded: Stranded[] = [];
  for (const [key, stored] of await readSuffix(context, bucket, head)) {
    const here = await context.operations.heldHere(key);
    if (here !== undefined && compareVersions(here.version, stored.version) === 0) continue;
    stranded.push({
      ...{ key, bucket, here: here ?? null },
      there: { version: stored.version, deleted: stored.deleted },
    });
  }
  return stranded;
}

/** All of a tenant, for a plan. Throws `target.unreachable` and its like while Forge does not answer. */
export async function allStranded(context: OperationsContext): Promise<readonly Stranded[]> {
  const found: Stranded[] = [];
  for (const [bucket, head] of await readHeads(context.send)) {
    found.push(...(await strandedOf(context, bucket, head)));
  }
  return found;
}
