import { randomUUID } from 'node:crypto';
import {
  ForgeRecords,
  listByIndex,
  MOST_AT_ONCE,
  type ListContext,
  type Listed,
} from 'crossgrade/live';
import { byRank } from '../../checklist/index.ts';
import type {
  ChecklistStore,
  ChecklistUnit,
  KnownRecords,
  List,
  Lock,
  SettingValue,
  Template,
  Written,
} from '../../checklist/index.ts';
import {
  createRecordUnit,
  Elsewhere,
  inLanes,
  listKey,
  listOf,
  LISTS_OF_ISSUE,
  runUnit,
  settingKey,
  settingValueOf,
  templateKey,
  templateOf,
  TEMPLATES_OF_PROJECT,
  writeChanges,
  type Candidates,
  type ReadRecord,
  type RecentWrites,
  type RecordUnit,
} from '../../checklist/records/index.ts';
import { byName } from '../../checklist/use-cases/template-parts.ts';
import { checklists } from '../records/checklists.ts';

export interface FunctionStoreParts {
  readonly context: ListContext;
  /** Whose records these are, for `recent`. */
  readonly installation: string;
  readonly recent: RecentWrites;
  /** Lists that the page knows of. They are only looked for: what a record says decides where it belongs. */
  readonly seen: readonly string[];
  /** Records that the server knows of; looked for in the same way. Must not throw. */
  readonly known: () => Promise<KnownRecords>;
  /** Called after each change. Must not throw. */
  readonly written: (written: Written) => Promise<void>;
}

/**
 * An installation's checklists in Forge storage, as a function reads and writes them. Each call asks the heads whether Forge
 * is the authority and throws `Elsewhere` when it is not. Needs no lock: a change is written only if what it read still
 * holds. Two pages that add the twentieth list of an issue at the same moment can both succeed.
 */
export class FunctionChecklistStore implements ChecklistStore {
  readonly #parts: FunctionStoreParts;
  readonly #records: ForgeRecords;

  constructor(parts: FunctionStoreParts) {
    this.#parts = parts;
    this.#records = new ForgeRecords(parts.context, checklists);
  }

  /**
   * Queries, pages and the server only propose; each list is read strictly. Without the server, a list that another process
   * has just made may be missing.
   */
  async listsOfIssue(issueId: string): Promise<List[]> {
    const keys = [...(await this.#listsOf(issueId)).keys()];
    const found = await inLanes(keys, async (key) => listOf((await this.#read(key)).value));
    return found
      .filter((list) => list !== undefined)
      .filter((list) => list.issueId === issueId)
      .map(sorted)
      .sort(byRank);
  }

  /** As a query shows them, so a change of the last seconds may be missing; whoever applies one reads it strictly. */
  async templatesOfProject(projectId: string): Promise<Template[]> {
    const candidates = [...(await this.#templatesOf(projectId))];
    const found = await inLanes(candidates, async ([key, listed]) =>
      templateOf((listed ?? (await this.#read(key))).value),
    );
    return found
      .filter((each) => each !== undefined)
      .filter((each) => each.projectId === projectId)
      .sort(byName);
  }

  async list(id: string): Promise<List | undefined> {
    const list = listOf((await this.#read(listKey(id))).value);
    return list && sorted(list);
  }

  async template(id: string): Promise<Template | undefined> {
    return templateOf((await this.#read(templateKey(id))).value);
  }

  async setting(scope: string): Promise<SettingValue | undefined> {
    return settingValueOf((await this.#read(settingKey(scope))).value);
  }

  change<T>(_lock: Lock, work: (unit: ChecklistUnit) => Promise<T>): Promise<T> {
    const source = {
      read: (key: string) => this.#read(key),
      lists: (issueId: string) => this.#listsOf(issueId),
      templates: (projectId: string) => this.#templatesOf(projectId),
      // Items made here have ids that no other list can have; see `ownItemId`.
      isClaimed: () => Promise.resolve(false),
    };
    return runUnit(
      () => createRecordUnit(source),
      work,
      (unit) => this.#write(unit),
    );
  }

  async #write(unit: RecordUnit): Promise<void> {
    const { installation, recent, written } = this.#parts;
    const changes = unit.changes();
    for (const { key, under } of changes) {
      for (const scope of under) recent.note(installation, scope, key);
    }
    const writer = { records: this.#records, mostAtOnce: MOST_AT_ONCE, newId: randomUUID };
    await writeChanges(writer, changes);
    if (unit.events.length > 0 || unit.due.size > 0) {
      await written({ events: [...unit.events], issueIds: [...unit.due.keys()] });
    }
  }

  async #listsOf(issueId: string): Promise<Candidates> {
    const { installation, recent, seen, known } = this.#parts;
    await this.#requireAuthority(listKey(issueId));
    const [listed, { listIds }] = await Promise.all([
      this.#query('list', LISTS_OF_ISSUE, issueId),
      known(),
    ]);
    const own = recent.of(installation, `issue:${issueId}`);
    const keys = new Set([...listed.keys(), ...own, ...[...seen, ...listIds].map(listKey)]);
    return new Map([...keys].map((key) => [key, undefined]));
  }

  async #templatesOf(projectId: string): Promise<Candidates> {
    await this.#requireAuthority(templateKey(projectId));
    const [listed, { templateIds }] = await Promise.all([
      this.#query('template', TEMPLATES_OF_PROJECT, projectId),
      this.#parts.known(),
    ]);
    const unseen = templateIds.map(templateKey).filter((key) => !listed.has(key));
    return new Map([...listed, ...unseen.map((key) => [key, undefined] as const)]);
  }

  #query(type: string, index: string, of: string): Promise<ReadonlyMap<string, Listed>> {
    return listByIndex(this.#parts.context, checklists, type, index, [of]);
  }

  async #read(key: string): Promise<ReadRecord> {
    const result = await this.#records.read(key);
    if (result.kind === 'elsewhere') throw new Elsewhere(result.authority);
    return result.stored;
  }

  /** Before anything is concluded from a query alone: it may show a copy that is not complete. */
  async #requireAuthority(key: string): Promise<void> {
    if ((await this.#records.authority(key)) === 'P') throw new Elsewhere('P');
  }
}

function sorted(list: List): List {
  return { ...list, items: [...list.items].sort(byRank) };
}
