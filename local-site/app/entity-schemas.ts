import type { EntityIndex, EntitySchema } from '../types.ts';
import type { Manifest } from './manifest-schema.ts';

/**
 * `app.storage.entities` as the store wants them. An index that is only an attribute's name is an index of that name
 * over that one attribute, without partition.
 */
export function entitySchemas(manifest: Manifest): EntitySchema[] {
  return (manifest.app.storage?.entities ?? []).map((entity) => ({
    name: entity.name,
    attributes: Object.fromEntries(
      Object.entries(entity.attributes).map(([name, attribute]) => [name, attribute.type]),
    ),
    indexes: (entity.indexes ?? []).map((index): EntityIndex =>
      typeof index === 'string'
        ? { name: index, partition: [], range: [index] }
        : { name: index.name, partition: index.partition ?? [], range: index.range },
    ),
  }));
}
