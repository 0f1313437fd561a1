import { failed, notModelled } from './expression-error.ts';
import { isList } from './values.ts';
import type { Value } from './values.ts';

/** `length` and the methods of a list that are modelled; undefined for others. */
export function listMember(list: readonly Value[], name: string): Value | undefined {
  if (name === 'length') return list.length;
  const method = METHODS[name];
  if (method === undefined || !Object.hasOwn(METHODS, name)) return undefined;
  return (parameters) => method(list, parameters);
}

type Method = (list: readonly Value[], parameters: readonly Value[]) => Value;

const METHODS: Readonly<Record<string, Method>> = {
  map: (list, [each]) => list.map((item, index) => call(each, item, index)),
  filter: (list, [each]) => list.filter((item, index) => truth(call(each, item, index))),
  some: (list, [each]) => list.some((item, index) => truth(call(each, item, index))),
  every: (list, [each]) => list.every((item, index) => truth(call(each, item, index))),
  find: (list, [each]) => list.find((item, index) => truth(call(each, item, index))) ?? null,
  includes: (list, [item]) => list.includes(item ?? null),
  indexOf: (list, [item]) => list.indexOf(item ?? null),
  concat: (list, others) => list.concat(...others.map((each) => (isList(each) ? each : [each]))),
  flatten: (list) => list.flatMap((item) => (isList(item) ? item : [item])),
  slice: (list, [from, to]) => list.slice(index(from), index(to)),
  reduce: (list, [each, ...start]) => {
    if (list.length === 0 && start.length === 0) throw failed('Reduce of an empty list.');
    const [first, ...rest] = start.length > 0 ? [start[0] ?? null, ...list] : list;
    return rest.reduce((sum, item) => call(each, sum, item), first ?? null);
  },
};

function call(each: Value | undefined, ...parameters: readonly Value[]): Value {
  if (typeof each !== 'function') throw failed('A list method needs a function.');
  return each(parameters);
}

function truth(value: Value): boolean {
  if (typeof value === 'boolean') return value;
  throw failed('The function of a list method must return a Boolean.');
}

function index(value: Value | undefined): number | undefined {
  if (value === undefined || typeof value === 'number') return value;
  throw notModelled('slice with something else than numbers');
}
