/** A function of the expression: an arrow function, or a method that stands for its object. */
export type Callable = (parameters: readonly Value[]) => Value;

/**
 * Something of Jira with known members: an issue, a user. Unknown members are an error that names the type, as in Jira. `members`
 * are read when they are asked for.
 */
export class Entity {
  readonly type: string;
  readonly #members: Readonly<Record<string, () => Value>>;
  /** Of this entity in Jira, though not here. */
  readonly #unmodelled: ReadonlySet<string>;

  constructor(
    type: string,
    members: Readonly<Record<string, () => Value>>,
    unmodelled: readonly string[] = [],
  ) {
    this.type = type;
    this.#members = members;
    this.#unmodelled = new Set(unmodelled);
  }

  /** The member's value, `unmodelled`, or undefined when the type has no such member. */
  member(name: string): { readonly value: Value } | 'unmodelled' | undefined {
    const read = Object.hasOwn(this.#members, name) ? this.#members[name] : undefined;
    if (read !== undefined) return { value: read() };
    return this.#unmodelled.has(name) ? 'unmodelled' : undefined;
  }

  get memberNames(): readonly string[] {
    return Object.keys(this.#members);
  }
}

/** A map of the expression: JSON, or an object literal. */
export interface ValueMap {
  readonly [key: string]: Value;
}

export type Value =
  null | boolean | number | string | readonly Value[] | ValueMap | Entity | Callable;

export function isMap(value: Value): value is ValueMap {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Entity)
  );
}

/** A list as a list: `Array.isArray` alone loses the type of its elements. */
export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** Jira's name of a value's type, for messages. */
export function typeName(value: Value): string {
  if (value === null) return 'null';
  if (value instanceof Entity) return value.type;
  if (isList(value)) return 'List';
  if (typeof value === 'object') return 'Map';
  const name = typeof value;
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** JSON as a value of the expression; `undefined` becomes null. What is not JSON is refused by the type of the caller. */
export function fromJson(json: unknown): Value {
  return json === undefined ? null : (json as Value);
}

/** What a result looks like in an answer; undefined for a function or an entity, which have no form of their own here. */
export function toJson(value: Value): unknown {
  if (value instanceof Entity || typeof value === 'function') return undefined;
  if (isList(value)) {
    const items = value.map(toJson);
    return items.includes(undefined) ? undefined : items;
  }
  if (!isMap(value)) return value;
  const entries = Object.entries(value).map(([key, each]) => [key, toJson(each)] as const);
  return entries.some(([, each]) => each === undefined) ? undefined : Object.fromEntries(entries);
}
