import type { ForgeApp } from '../../app/index.ts';
import type { EntityIndex, EntitySchema } from '../../types.ts';
import { PlatformError } from '../platform-error.ts';

/**
 * What a deploy over an earlier version may not do. `before` is the latest version of the same environment.
 *
 * @throws PlatformError `connect_key_changed`, `connect_key_added`, `connect_key_removed`, `entity_deleted`,
 * `attribute_deleted`, `attribute_changed`, `index_deleted`
 */
export function guardDeploy(before: ForgeApp, now: ForgeApp): void {
  if (now.environmentType === 'PRODUCTION') guardConnectKey(before.connectKey, now.connectKey);
  guardEntities(before.entities, now.entities, now.environmentType !== 'DEVELOPMENT');
}

/**
 * In production the key can be neither added, changed nor removed after the first deploy. For a listed app the real CLI lets a
 * removal pass behind a prompt; here it is refused as for an unlisted one (connect-on-forge facts, section 4.2).
 */
function guardConnectKey(before: string, now: string): void {
  if (before === now) return;
  if (before === '') {
    const message = `app.connect.key cannot be added to an app that is in production without one.`;
    throw new PlatformError('connect_key_added', message);
  }
  if (now === '') {
    const message = `app.connect.key '${before}' cannot be taken out of production. Put it back.`;
    throw new PlatformError('connect_key_removed', message);
  }
  const message = `app.connect.key in production is '${before}' and cannot become '${now}'.`;
  throw new PlatformError('connect_key_changed', message);
}

/** Entities and attributes stay for ever; indexes can go in development (forge-storage facts, section 5). */
function guardEntities(
  before: readonly EntitySchema[],
  now: readonly EntitySchema[],
  indexesStay: boolean,
): void {
  for (const old of before) {
    const entity = now.find(({ name }) => name === old.name);
    if (entity === undefined) {
      throw new PlatformError('entity_deleted', stays('entity', old.name));
    }
    for (const [name, type] of Object.entries(old.attributes)) {
      const where = `${old.name}.${name}`;
      const current = entity.attributes[name];
      if (current === undefined) {
        throw new PlatformError('attribute_deleted', stays('attribute', where));
      }
      if (current !== type) {
        // Not documented; a changed type is an old attribute gone and a new one made [infer].
        const message = `The attribute '${where}' is ${type} and cannot become ${current}.`;
        throw new PlatformError('attribute_changed', message);
      }
    }
    if (!indexesStay) continue;
    for (const index of old.indexes) {
      const kept = entity.indexes.some((each) => describe(each) === describe(index));
      if (kept) continue;
      throw new PlatformError('index_deleted', stays('index', `${old.name}.${index.name}`));
    }
  }
}

function stays(what: string, name: string): string {
  return `The ${what} '${name}' has been deployed and cannot be deleted. Put it back.`;
}

/** An index under an old name with other attributes is another index. */
function describe({ name, partition, range }: EntityIndex): string {
  return JSON.stringify([name, partition, range]);
}

/** Whether `now` declares an index that `before` does not have: the platform then has to build it. */
export function hasNewIndex(
  before: readonly EntitySchema[],
  now: readonly EntitySchema[],
): boolean {
  const known = new Set(
    before.flatMap((entity) => entity.indexes.map((index) => `${entity.name} ${describe(index)}`)),
  );
  return now.some((entity) =>
    entity.indexes.some((index) => !known.has(`${entity.name} ${describe(index)}`)),
  );
}
