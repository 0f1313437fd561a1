import { checkEntities, DEFAULT_SWITCHES } from '../storage/index.ts';
import { entitySchemas } from './entity-schemas.ts';
import type { EntitySchema } from '../types.ts';
import type { Finding } from './manifest-file.ts';
import type { Manifest } from './manifest-schema.ts';

const ENTITIES = ['app', 'storage', 'entities'];

/** Where the index stands that has this fault by itself, below its entity; nowhere for a fault of the entity. */
function indexOf(entity: EntitySchema, message: string): PropertyKey[] {
  const faulty = entity.indexes.findIndex((each) =>
    checkEntities([{ ...entity, indexes: [each] }], DEFAULT_SWITCHES).includes(message),
  );
  const isOwn = checkEntities([{ ...entity, indexes: [] }], DEFAULT_SWITCHES).includes(message);
  return faulty < 0 || isOwn ? [] : ['indexes', faulty];
}

/**
 * The entities, by the store's own rules, each finding at its entity. Some of them only the server half of the platform's
 * validator knows (forge-storage facts, section 5).
 */
export function checkStorage(manifest: Manifest): Finding[] {
  const entities = entitySchemas(manifest);
  const single = entities.flatMap((entity, index) => {
    const path = [...ENTITIES, index];
    const whole = checkEntities([entity], DEFAULT_SWITCHES);
    return whole.map((message) => ({ path: [...path, ...indexOf(entity, message)], message }));
  });
  if (single.length > 0) return single;
  // What is left is about all of them together: too many, or one name twice.
  return checkEntities(entities, DEFAULT_SWITCHES).map((message) => ({ path: ENTITIES, message }));
}
