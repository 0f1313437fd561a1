import type { Write } from '../apply/apply-rule.ts';
import { formatHead, HEAD_ENTITY, headKey, type Head } from '../bucket/head.ts';
import type { ItemKey, SetOperation } from '../forge/carrier.ts';
import { tombstoneKey } from '../record/hash.ts';
import { partKey } from '../record/parts.ts';
import type { Authority } from '../terms.ts';
import type { TargetScope } from './reach.ts';

/** A head as it was read, and as it is to be. */
export interface HeadStep {
  readonly bucket: number;
  readonly head: Head;
  readonly next: Head;
}

/**
 * **The one compare-and-set**, for sends, writes on Forge and register moves. `auth` is the authority that the caller acts
 * for, whatever the head said: a caller that overlooked it fails here. The whole head is written, so `seq` has to be named
 * as well: otherwise a write in between would be undone.
 */
export function headOperation(
  group: string,
  { bucket, head, next }: HeadStep,
  auth: Authority,
): SetOperation {
  return {
    key: headKey(group, bucket),
    entity: HEAD_ENTITY,
    json: JSON.stringify(formatHead(next)),
    conditions: [
      { attribute: 'seq', value: head.seq },
      { attribute: 'epoch', value: head.epoch },
      { attribute: 'auth', value: auth },
    ],
  };
}

/** A delete of a stored record, or a write over a tombstone, takes two operations. */
export function isTwo({ item, replaces }: Write): boolean {
  return item.json === null ? !replaces.deleted : replaces.deleted && replaces.hash !== undefined;
}

/** What one record adds to a transaction: itself or its tombstone, and the other one taken away where it exists. */
export function recordOperations(
  scope: TargetScope,
  write: Write,
): { readonly set: SetOperation; readonly remove: readonly ItemKey[] } {
  const { item } = write;
  const record = { key: item.forgeKey, entity: item.entity };
  const tombstone = {
    key: tombstoneKey(scope.tenantKey, scope.group, item.key),
    entity: undefined,
  };
  const isDelete = item.json === null;
  const set = isDelete
    ? { ...tombstone, json: JSON.stringify(item.version) }
    : { ...record, json: item.json };
  return { set, remove: isTwo(write) ? [isDelete ? record : tombstone] : [] };
}

/** Parts of the record that a write replaces. They go in the same transaction: from then on nobody can reach them. */
export function supersededParts(group: string, { replaces }: Write): readonly ItemKey[] {
  const { hash, parts = 0 } = replaces;
  if (hash === undefined) return [];
  return Array.from({ length: parts }, (_, index) => ({
    key: partKey(group, hash, index),
    entity: undefined,
  }));
}
