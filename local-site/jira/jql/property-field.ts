import type { PropertyAlias } from '../../types.ts';
import type { FieldKind } from './field-kinds.ts';
import { dateOf, indexedDate } from './dates.ts';
import type { Field } from './field.ts';
import { refused } from './jql-error.ts';
import { readPerson, words } from './system-fields.ts';
import type { JqlWorld } from './jql-world.ts';

const KINDS: Readonly<Record<PropertyAlias['type'], FieldKind>> = {
  ...{ number: 'number', date: 'date', text: 'text', string: 'string', user: 'choice' },
};

/**
 * An entity property that the app has asked Jira to index. A value of another type than declared is not indexed, so that the
 * field is empty. An array counts with each of its elements; `path[0]` is not needed and not modelled.
 */
export function propertyField(world: JqlWorld, name: string, alias: PropertyAlias): Field {
  const { propertyKey, type } = alias;
  const path = alias.path === '' ? [] : alias.path.split('.');
  return {
    name,
    kind: KINDS[type],
    sorts: type === 'number' || type === 'date',
    valuesOf: (issue) => {
      const value = walk(issue.properties.get(propertyKey), path);
      const parts: readonly unknown[] = Array.isArray(value) ? value : [value];
      return parts.map((part) => indexed(part, type)).filter((part) => part !== undefined);
    },
    read: readerOf(world, name, type),
  };
}

function walk(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (at, step) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, step)
        ? (at as Record<string, unknown>)[step]
        : undefined,
    value,
  );
}

function indexed(value: unknown, type: PropertyAlias['type']): string | number | undefined {
  if (type === 'number') return typeof value === 'number' ? value : undefined;
  if (type === 'date') return indexedDate(value);
  if (typeof value === 'string') return value;
  // A string index takes numbers and booleans as they are written.
  const scalar = typeof value === 'number' || typeof value === 'boolean';
  return type === 'string' && scalar ? String(value) : undefined;
}

function readerOf(world: JqlWorld, name: string, type: PropertyAlias['type']): Field['read'] {
  if (type === 'user') return readPerson(world, name);
  if (type === 'date') return words((value) => [dateOf(value, name)]);
  if (type === 'number') {
    return words((value) => {
      const number = Number(value);
      if (value.trim() !== '' && Number.isFinite(number)) return [number];
      throw refused(`Value '${value}' is invalid for the '${name}' field: it must be a number.`);
    });
  }
  return words((value) => [value]);
}
