import { failed, notModelled } from './expression-error.ts';
import { listMember } from './list-members.ts';
import { stringMember } from './string-members.ts';
import { Entity, isList, isMap, typeName } from './values.ts';
import type { Value } from './values.ts';

/**
 * `object.key` and `object[key]`. A map answers null for a key it does not have; null has no members at all: there `?.` is
 * needed.
 *
 * @throws {ExpressionError}
 */
export function memberOf(object: Value, key: Value): Value {
  if (isList(object) && typeof key === 'number') return object[key] ?? null;
  if (typeof key !== 'string') throw failed(`'${typeName(key)}' can't be a property name.`);
  if (object instanceof Entity) return entityMember(object, key);
  if (isList(object)) return known(listMember(object, key), object, key);
  if (typeof object === 'string') return known(stringMember(object, key), object, key);
  if (isMap(object)) return mapMember(object, key);
  throw failed(`Unrecognized property of \`${typeName(object)}\`: '${key}'.`);
}

function entityMember(entity: Entity, key: string): Value {
  const found = entity.member(key);
  if (found === 'unmodelled') throw notModelled(`${entity.type}.${key}`);
  if (found !== undefined) return found.value;
  throw failed(
    `Unrecognized property of \`${entity.type}\`: '${key}'. Available properties of type '${entity.type}' are: ` +
      `${entity.memberNames.map((name) => `'${name}'`).join(', ')}.`,
  );
}

function mapMember(map: Readonly<Record<string, Value>>, key: string): Value {
  if (Object.hasOwn(map, key)) return map[key] ?? null;
  if (key === 'get') {
    return ([name]) =>
      typeof name === 'string' && Object.hasOwn(map, name) ? (map[name] ?? null) : null;
  }
  return null;
}

function known(member: Value | undefined, object: Value, key: string): Value {
  if (member !== undefined) return member;
  throw notModelled(`${typeName(object)}.${key}`);
}
