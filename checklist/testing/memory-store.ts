import { idTaken } from '../errors.ts';
import type { HistoryEvent } from '../history.ts';
import { byRank } from '../rank.ts';
import type { SettingValue } from '../settings.ts';
import type { ChecklistReader, ChecklistStore, ChecklistUnit, Lock } from '../store.ts';
import { byName } from '../use-cases/template-parts.ts';
import type { List, Template } from '../wire.ts';

interface Data {
  lists: List[];
  templates: Template[];
  settings: Record<string, SettingValue>;
  history: HistoryEvent[];
  progressDue: Record<string, string>;
}

/**
 * A whole `ChecklistStore` of one tenant in memory, for tests of the rules and of the interface. Units with the same lock queue;
 * a unit works on the live data and is undone row by row when it fails, so units with different locks really interleave.
 */
export class MemoryStore implements ChecklistStore {
  readonly #data: Data = { lists: [], templates: [], settings: {}, history: [], progressDue: {} };
  readonly #queues = new Map<string, Promise<unknown>>();

  get history(): readonly HistoryEvent[] {
    return this.#data.history;
  }

  /** Issue ids whose progress waits to be written. */
  get progressDue(): readonly string[] {
    return Object.keys(this.#data.progressDue);
  }

  async change<T>(lock: Lock, work: (unit: ChecklistUnit) => Promise<T>): Promise<T> {
    const name = JSON.stringify(lock);
    const before = this.#queues.get(name) ?? Promise.resolve();
    const run = before.then(async () => {
      const undo: (() => void)[] = [];
      try {
        return await work(this.#unit(undo));
      } catch (error) {
        for (const step of undo.reverse()) step();
        throw error;
      }
    });
    this.#queues.set(
      name,
      run.catch(() => undefined),
    );
    return run;
  }

  async listsOfIssue(issueId: string): Promise<List[]> {
    await tick();
    const lists = this.#data.lists.filter((list) => list.issueId === issueId);
    return structuredClone(lists.map(sorted).sort(byRank));
  }

  async list(listId: string): Promise<List | undefined> {
    await tick();
    const list = this.#data.lists.find(({ id }) => id === listId);
    return list && structuredClone(sorted(list));
  }

  async templatesOfProject(projectId: string): Promise<Template[]> {
    await tick();
    const templates = this.#data.templates.filter((template) => template.projectId === projectId);
    return structuredClone(templates.sort(byName));
  }

  async template(templateId: string): Promise<Template | undefined> {
    await tick();
    return structuredClone(this.#data.templates.find(({ id }) => id === templateId));
  }

  async setting(scope: string): Promise<SettingValue | undefined> {
    await tick();
    return structuredClone(this.#data.settings[scope]);
  }

  #unit(undo: (() => void)[]): ChecklistUnit {
    const data = this.#data;
    const row = (listId: string): List | undefined => data.lists.find(({ id }) => id === listId);
    const swap = <T>(rows: T[], old: T | undefined, fresh: T | undefined): void => {
      const replace = (from: T | undefined, to: T | undefined): void => {
        if (from !== undefined)
          rows.splice(rows.indexOf(from), 1, ...(to === undefined ? [] : [to]));
        else if (to !== undefined) rows.push(to);
      };
      replace(old, fresh);
      undo.push(() => replace(fresh, old));
    };
    /** Changes columns of one row in place; the undo puts back those columns only. */
    const patch = <T extends object>(target: T, columns: Partial<T>): void => {
      const old = Object.fromEntries(
        Object.keys(columns).map((key) => [key, target[key as keyof T]]),
      );
      Object.assign(target, columns);
      undo.push(() => Object.assign(target, old));
    };
    const refuseTaken = (ids: readonly string[], owners: { items: { id: string }[] }[]): void => {
      const taken = new Set(owners.flatMap(({ items }) => items.map(({ id }) => id)));
      if (ids.some((id) => taken.has(id))) throw idTaken('item');
    };
    const reader: ChecklistReader = {
      listsOfIssue: (issueId) => this.listsOfIssue(issueId),
      list: (listId) => this.list(listId),
      templatesOfProject: (projectId) => this.templatesOfProject(projectId),
      template: (templateId) => this.template(templateId),
      setting: (scope) => this.setting(scope),
    };
    return {
      ...reader,
      insertList: async (list) => {
        await tick();
        if (row(list.id)) throw idTaken('list');
        refuseTaken(idsOf(list), data.lists);
        swap(data.lists, undefined, structuredClone(list));
      },
      updateList: async (listId, columns) => {
        await tick();
        const list = row(listId);
        if (list) patch(list, columns);
      },
      deleteList: async (listId) => {
        await tick();
        swap(data.lists, row(listId), undefined);
      },
      insertItem: async (listId, item) => {
        await tick();
        refuseTaken([item.id], data.lists);
        const list = row(listId);
        if (list) swap(list.items, undefined, structuredClone(item));
      },
      updateItem: async (listId, itemId, columns) => {
        await tick();
        const item = row(listId)?.items.find(({ id }) => id === itemId);
        if (item) patch(item, columns);
      },
      deleteItem: async (listId, itemId) => {
        await tick();
        const list = row(listId);
        const item = list?.items.find(({ id }) => id === itemId);
        if (list && item) swap(list.items, item, undefined);
      },
      insertTemplate: async (template) => {
        await tick();
        if (data.templates.some(({ id }) => id === template.id)) throw idTaken('template');
        refuseTaken(idsOf(template), data.templates);
        swap(data.templates, undefined, structuredClone(template));
      },
      replaceTemplate: async (template) => {
        await tick();
        const old = data.templates.find(({ id }) => id === template.id);
        const others = data.templates.filter((other) => other !== old);
        refuseTaken(idsOf(template), others);
        if (old) swap(data.templates, old, structuredClone(template));
      },
      deleteTemplate: async (templateId) => {
        await tick();
        swap(
          data.templates,
          data.templates.find(({ id }) => id === templateId),
          undefined,
        );
      },
      putSetting: async (scope, value) => {
        await tick();
        patch(data.settings, { [scope]: structuredClone(value) });
      },
      record: async (event) => {
        await tick();
        swap(data.history, undefined, event);
      },
      progressDue: async (issueId, since) => {
        await tick();
        data.progressDue[issueId] ??= since;
      },
    };
  }
}

/** Lets other units run in between, as a database would. */
async function tick(): Promise<void> {
  await Promise.resolve();
}

function idsOf({ items }: { items: readonly { id: string }[] }): string[] {
  return items.map(({ id }) => id);
}

function sorted(list: List): List {
  return { ...list, items: [...list.items].sort(byRank) };
}
