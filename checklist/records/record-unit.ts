import { idTaken } from '../errors.ts';
import type { HistoryEvent } from '../history.ts';
import { byRank } from '../rank.ts';
import type { SettingValue } from '../settings.ts';
import type { ChecklistUnit } from '../store.ts';
import { byName } from '../use-cases/template-parts.ts';
import type { List, Template } from '../wire.ts';
import { inLanes } from './in-lanes.ts';
import type { ReadRecord, RecordJson, RecordVersion } from './record-json.ts';
import {
  listKey,
  listOf,
  listValue,
  settingKey,
  settingValue,
  settingValueOf,
  templateKey,
  templateOf,
  templateValue,
} from './record-values.ts';

/** By key: the record as a query showed it, or undefined for one that has to be read. */
export type Candidates = ReadonlyMap<string, ReadRecord | undefined>;

/** Where a unit reads. What it concludes about a record that it changes is checked again by the commit. */
export interface UnitSource {
  /** Strictly. */
  read(key: string): Promise<ReadRecord>;
  /**
   * The record as it was last seen, perhaps long ago, or as it is while nobody has asked whether this store still decides;
   * undefined when it is not known. Absent when everything is to be read: what came from here counts only for a record that
   * the unit also changes.
   */
  recall?(key: string): Promise<ReadRecord | undefined>;
  /** All records that may be lists of the issue; some may be gone or have moved. */
  lists(issueId: string): Promise<Candidates>;
  templates(projectId: string): Promise<Candidates>;
  /** Whether one of these item ids is known to be in another list (or template) of the tenant. */
  isClaimed(of: 'list' | 'template', ids: readonly string[], ownerId: string): Promise<boolean>;
}

/** A record that the unit changed. */
export interface Changed {
  readonly key: string;
  /** The version it had when the unit read it: if it has another one at the commit, the unit runs again. */
  readonly was: RecordVersion;
  readonly value: RecordJson | undefined;
  /** What it is listed under, before and after. */
  readonly under: readonly string[];
}

export interface RecordUnit extends ChecklistUnit {
  /** Records taken from memory: whoever concludes something from one without writing it has to run again. */
  readonly recalled: ReadonlySet<string>;
  /** What there is to write, in the order in which it was first touched. */
  changes(): readonly Changed[];
  readonly events: readonly HistoryEvent[];
  /** Issues whose progress is due, with the time. */
  readonly due: ReadonlyMap<string, string>;
}

/** A record in the unit's hands: as it was read, and as it is to be. */
interface Held<T> {
  readonly was: RecordVersion;
  readonly before: T | undefined;
  now: T | undefined;
  isTouched: boolean;
}

/**
 * Reads and writes of one unit of work on records in Forge. Records are read once, changed in memory and written whole at the end;
 * the unit itself writes nothing. Two units that meet on a record run one after the other, so columns need no care here.
 */
export function createRecordUnit(source: UnitSource): RecordUnit {
  const lists = new Map<string, Held<List>>();
  const templates = new Map<string, Held<Template>>();
  const settings = new Map<string, Held<SettingValue>>();
  const events: HistoryEvent[] = [];
  const due = new Map<string, string>();
  const recalled = new Set<string>();

  const read = async (key: string): Promise<ReadRecord> => {
    const remembered = await source.recall?.(key);
    if (remembered !== undefined) recalled.add(key);
    return remembered ?? source.read(key);
  };
  const hold = async <T>(
    held: Map<string, Held<T>>,
    key: string,
    parse: (value: RecordJson | undefined) => T | undefined,
    get: (key: string) => ReadRecord | Promise<ReadRecord> = read,
  ): Promise<Held<T>> => {
    const known = held.get(key);
    if (known !== undefined) return known;
    const { version, value } = await get(key);
    // Another read of this unit may have been faster; both must mean the same object.
    const raced = held.get(key);
    if (raced !== undefined) return raced;
    const [before, now] = [parse(value), parse(value)];
    const fresh: Held<T> = { was: version, before, now, isTouched: false };
    held.set(key, fresh);
    return fresh;
  };
  /** Of several records, most are only looked at: then memory does not count. */
  const shown = (listed: ReadRecord | undefined) => (key: string) => listed ?? source.read(key);
  const list = (id: string) => hold(lists, listKey(id), listOf);
  const template = (id: string) => hold(templates, templateKey(id), templateOf);
  const setting = (scope: string) => hold(settings, settingKey(scope), settingValueOf);

  const put = <T>(held: Held<T>, value: T | undefined): void => {
    held.now = value;
    held.isTouched = true;
  };
  const edit = async (id: string, change: (list: List) => List): Promise<void> => {
    const held = await list(id);
    if (held.now !== undefined) put(held, change(held.now));
  };

  return {
    events,
    due,
    recalled,

    async listsOfIssue(issueId) {
      const found = [...(await source.lists(issueId))];
      await inLanes(found, ([key, listed]) => hold(lists, key, listOf, shown(listed)));
      return present(lists)
        .filter((each) => each.issueId === issueId)
        .map(sorted)
        .sort(byRank);
    },
    async list(id) {
      const { now } = await list(id);
      return now && structuredClone(sorted(now));
    },
    async templatesOfProject(projectId) {
      const found = [...(await source.templates(projectId))];
      await inLanes(found, ([key, listed]) => hold(templates, key, templateOf, shown(listed)));
      return present(templates)
        .filter((each) => each.projectId === projectId)
        .sort(byName);
    },
    async template(id) {
      return structuredClone((await template(id)).now);
    },
    async setting(scope) {
      return structuredClone((await setting(scope)).now);
    },

    async insertList(fresh) {
      const held = await list(fresh.id);
      if (held.now !== undefined) throw idTaken('list');
      await refuseClaimed('list', fresh.items, fresh.id);
      put(held, structuredClone(fresh));
    },
    updateList: (id, patch) =>
      Object.keys(patch).length === 0
        ? Promise.resolve()
        : edit(id, (each) => ({ ...each, ...patch })),
    async deleteList(id) {
      const held = await list(id);
      if (held.now !== undefined) put(held, undefined);
    },
    async insertItem(id, item) {
      await refuseClaimed('list', [item], id);
      await edit(id, (each) => {
        if (each.items.some((other) => other.id === item.id)) throw idTaken('item');
        return { ...each, items: [...each.items, { ...item }] };
      });
    },
    updateItem: (id, itemId, patch) =>
      Object.keys(patch).length === 0
        ? Promise.resolve()
        : edit(id, (each) => ({
            ...each,
            items: each.items.map((item) => (item.id === itemId ? { ...item, ...patch } : item)),
          })),
    deleteItem: (id, itemId) =>
      edit(id, (each) => ({ ...each, items: each.items.filter((item) => item.id !== itemId) })),

    async insertTemplate(fresh) {
      const held = await template(fresh.id);
      if (held.now !== undefined) throw idTaken('template');
      await refuseClaimed('template', fresh.items, fresh.id);
      put(held, structuredClone(fresh));
    },
    async replaceTemplate(fresh) {
      const held = await template(fresh.id);
      if (held.now === undefined) return;
      await refuseClaimed('template', fresh.items, fresh.id);
      const { name, revision, updatedAt, items } = structuredClone(fresh);
      put(held, { ...held.now, name, revision, updatedAt, items });
    },
    async deleteTemplate(id) {
      const held = await template(id);
      if (held.now !== undefined) put(held, undefined);
    },
    async putSetting(scope, value) {
      put(await setting(scope), structuredClone(value));
    },
    record(event) {
      events.push(event);
      return Promise.resolve();
    },
    progressDue(issueId, since) {
      due.set(issueId, since);
      return Promise.resolve();
    },

    changes: () => [
      ...touched(lists, listValue, (each) => `issue:${each.issueId}`),
      ...touched(templates, templateValue, (each) => `project:${each.projectId}`),
      ...[...settings]
        .filter(([, held]) => held.isTouched)
        .map(([key, { was, now }]) => {
          const scope = key.slice(settingKey('').length);
          return { key, was, under: [], value: now && settingValue(scope, now) };
        }),
    ],
  };

  async function refuseClaimed(
    of: 'list' | 'template',
    items: readonly { readonly id: string }[],
    ownerId: string,
  ): Promise<void> {
    const ids = items.map(({ id }) => id);
    const isDouble = new Set(ids).size < ids.length;
    if (isDouble || (ids.length > 0 && (await source.isClaimed(of, ids, ownerId)))) {
      throw idTaken('item');
    }
  }
}

function present<T>(held: ReadonlyMap<string, Held<T>>): T[] {
  return [...held.values()].flatMap(({ now }) => (now === undefined ? [] : [structuredClone(now)]));
}

function touched<T>(
  held: ReadonlyMap<string, Held<T>>,
  format: (value: T) => RecordJson,
  under: (value: T) => string,
): Changed[] {
  return (
    [...held]
      // Made and removed again in one unit: nothing to write.
      .filter(([, { isTouched, before, now }]) => isTouched && (before ?? now) !== undefined)
      .map(([key, { was, before, now }]) => ({
        ...{ key, was, value: now === undefined ? undefined : format(now) },
        under: [
          ...new Set([before, now].flatMap((each) => (each === undefined ? [] : [under(each)]))),
        ],
      }))
  );
}

function sorted(list: List): List {
  return { ...list, items: [...list.items].sort(byRank) };
}
