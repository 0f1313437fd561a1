import type { GroupDefinition } from 'crossgrade';

/** The type of a record's key; undefined for a key that no record of the group can have. */
export function recordTypeOf(group: GroupDefinition, key: string): string | undefined {
  const at = key.indexOf(':');
  const type = at < 0 ? '' : key.slice(0, at);
  return group.records.has(type) && at + 1 < key.length ? type : undefined;
}
