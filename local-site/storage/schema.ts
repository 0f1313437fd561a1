import type { EntityIndex, EntitySchema } from '../types.ts';
import { BY_KEY } from './entity-spec.ts';
import { StorageError } from './errors.ts';
import { ATTRIBUTES_MAX, ATTRIBUTE_NAME_MAX, ENTITIES_MAX, INDEXES_MAX } from './limits.ts';

/*
 * Two documented patterns of an entity name disagree about the underscore. The stricter one is the default, see the
 * switch `entityNameUnderscore`.
 */
const ENTITY_NAME = /^(?![.\-_])(?!.*\.{2})[a-z0-9:\-.]*(?<!\.)$/;
const ENTITY_NAME_LOOSE = /^(?![.\-_])(?!.*\.{2})[a-z0-9:\-._]*(?<!\.)$/;
const ATTRIBUTE_NAME = /^[_A-Za-z][_0-9A-Za-z]*$/;
const INDEX_NAME = /^(?!\.)(?!.*\.{2})[a-zA-Z0-9:\-_.]{3,50}(?<!\.)$/;
const TYPES = new Set(['string', 'integer', 'float', 'boolean', 'any']);

/** Throws `ENTITY_TYPE_TOO_SHORT`, `ENTITY_TYPE_TOO_LARGE` or `INVALID_ENTITY_TYPE`. */
export function checkEntityName(name: string, underscore: boolean): void {
  if (name.length < 3) throw new StorageError('ENTITY_TYPE_TOO_SHORT');
  if (name.length > 60) throw new StorageError('ENTITY_TYPE_TOO_LARGE');
  if (!(underscore ? ENTITY_NAME_LOOSE : ENTITY_NAME).test(name)) {
    throw new StorageError('INVALID_ENTITY_TYPE');
  }
}

/**
 * What the platform would not deploy among `app.storage.entities[]`, as sentences; empty when all is well. Sources:
 * storage-reference/entities-manifest, and what the server half of `forge lint` was seen to refuse on 2026-10-09.
 */
export function checkEntities(
  entities: readonly EntitySchema[],
  switches: { readonly entityNameUnderscore: boolean },
): string[] {
  const problems: string[] = [];
  if (entities.length > ENTITIES_MAX) {
    problems.push(`An app may declare ${ENTITIES_MAX} entities, this one has ${entities.length}.`);
  }
  const names = new Set<string>();
  for (const entity of entities) {
    const where = `Entity "${entity.name}"`;
    if (names.has(entity.name)) problems.push(`${where} is declared twice.`);
    names.add(entity.name);
    try {
      checkEntityName(entity.name, switches.entityNameUnderscore);
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      problems.push(`${where}: ${error.message}.`);
    }
    problems.push(...attributeProblems(entity), ...indexProblems(entity));
  }
  return problems;
}

function attributeProblems(entity: EntitySchema): string[] {
  const problems: string[] = [];
  const attributes = Object.entries(entity.attributes);
  if (attributes.length > ATTRIBUTES_MAX) {
    problems.push(
      `Entity "${entity.name}" has ${attributes.length} attributes, at most ${ATTRIBUTES_MAX}.`,
    );
  }
  for (const [name, type] of attributes) {
    const where = `Attribute "${name}" of entity "${entity.name}"`;
    if (!ATTRIBUTE_NAME.test(name) || name.length > ATTRIBUTE_NAME_MAX) {
      problems.push(
        `${where}: a name is a letter or _, then letters, digits or _, at most ${ATTRIBUTE_NAME_MAX}.`,
      );
    }
    if (!TYPES.has(type)) problems.push(`${where} has the unknown type "${type}".`);
  }
  return problems;
}

function indexProblems(entity: EntitySchema): string[] {
  const problems: string[] = [];
  if (entity.indexes.length > INDEXES_MAX) {
    problems.push(
      `Entity "${entity.name}" has ${entity.indexes.length} indexes, at most ${INDEXES_MAX}.`,
    );
  }
  const names = new Set<string>();
  for (const index of entity.indexes) {
    const where = `Index "${index.name}" of entity "${entity.name}"`;
    if (names.has(index.name)) problems.push(`${where} is declared twice.`);
    names.add(index.name);
    if (index.name === BY_KEY) problems.push(`${where}: the name is reserved.`);
    else if (!isSimple(index) && !INDEX_NAME.test(index.name)) {
      problems.push(
        `${where}: a name has 3 to 50 characters of a-z A-Z 0-9 : - _ . and no dot at an end or beside another`,
      );
    }
    if (index.range.length !== 1) problems.push(`${where} must have exactly one range attribute.`);
    for (const attribute of [...index.partition, ...index.range]) {
      const type = entity.attributes[attribute];
      if (type === undefined)
        problems.push(`${where} names "${attribute}", which is no attribute.`);
      else if (type === 'any')
        problems.push(`${where} names "${attribute}", which has the type any.`);
    }
  }
  return problems;
}

/** `- attribute` in the manifest: an index that bears its attribute's name, however short. */
function isSimple(index: EntityIndex): boolean {
  return index.partition.length === 0 && index.range.length === 1 && index.range[0] === index.name;
}
