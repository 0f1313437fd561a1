import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Pool } from 'pg';
import type { Json } from 'crossgrade';
import { ForgeRecords, listByIndex, MOST_AT_ONCE, type Listed } from 'crossgrade/live';
import { byRank } from '../../checklist/index.ts';
import type { ChecklistUnit, List, Lock, SettingValue, Template } from '../../checklist/index.ts';
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
  type UnitSource,
} from '../../checklist/records/index.ts';
import { byName } from '../../checklist/use-cases/template-parts.ts';
import type { Database } from '../database/create-database.ts';
import type { ForgeTarget } from '../forge/forge-targets.ts';
import type { Logger } from '../logging/create-logger.ts';
import { checklists } from '../records/index.ts';
import { RemoteError } from '../errors/remote-error.ts';
import { messageOf } from '../errors/error-like.ts';
import { createChecklistUnit } from './checklist-unit.ts';
import type { InTurn } from './in-turn.ts';
import { createKnownKeys } from './known-keys.ts';
import { isLeavingForge } from './place.ts';
import { nameOf, take, type StoreHooks } from './postgres-checklist-store.ts';
import type { Placed } from './placed-reader.ts';

/** What all tenants' stores of one process share. */
export interface ForgeStoreParts {
  readonly db: Database;
  readonly pool: Pool;
  readonly recent: RecentWrites;
  readonly inTurn: InTurn;
  /** Bounds how many changes hold a connection to Postgres while they wait for Forge. */
  readonly tickets: <T>(work: () => Promise<T>) => Promise<T>;
  readonly hooks: StoreHooks;
  readonly logger: Logger;
}

/**
 * One tenant's checklists while Forge is, or is becoming, their authority. Each read and each write asks the head of its
 * bucket first and throws `Elsewhere` when Forge is not the authority; nothing about it is remembered. History and the mark
 * that progress is due stay in Postgres in every stage.
 */
export class ForgeChecklistStore {
  readonly #parts: ForgeStoreParts;
  readonly #tenant: string;
  readonly #target: ForgeTarget;
  readonly #records: ForgeRecords;

  constructor(parts: ForgeStoreParts, tenant: string, target: ForgeTarget) {
    this.#parts = parts;
    this.#tenant = tenant;
    this.#target = target;
    this.#records = new ForgeRecords(target.context, checklists, target.memory, () =>
      isLeavingForge(parts.db, tenant),
    );
  }

  /** The issue's lists. `placed` is what Postgres holds: never an answer by itself, except for buckets that are its own. */
  async listsOfIssue(issueId: string, placed: Placed<List[]>): Promise<List[]> {
    const { recent } = this.#parts;
    const known = createKnownKeys(this.#parts.pool, this.#tenant);
    const [listed, touched] = await Promise.all([
      this.#list('list', LISTS_OF_ISSUE, issueId),
      known.justTouched(issueId),
    ]);
    const own = recent.of(this.#tenant, `issue:${issueId}`);
    const held = new Map(placed.held.map((list) => [listKey(list.id), list]));
    const lists = await this.#merge(
      listed,
      [...own, ...touched.map(listKey)],
      held,
      placed,
      listOf,
    );
    return lists.filter((list) => list.issueId === issueId).sort(byRank);
  }

  /** The project's templates, in the same way. */
  async templatesOfProject(projectId: string, placed: Placed<Template[]>): Promise<Template[]> {
    const listed = await this.#list('template', TEMPLATES_OF_PROJECT, projectId);
    const own = this.#parts.recent.of(this.#tenant, `project:${projectId}`);
    const held = new Map(placed.held.map((each) => [templateKey(each.id), each]));
    const templates = await this.#merge(listed, own, held, placed, templateOf);
    return templates.filter((each) => each.projectId === projectId).sort(byName);
  }

  async list(id: string, placed: Placed<List | undefined>): Promise<List | undefined> {
    return this.#one(listKey(id), listOf, placed);
  }

  async template(id: string, placed: Placed<Template | undefined>): Promise<Template | undefined> {
    return this.#one(templateKey(id), templateOf, placed);
  }

  async setting(
    scope: string,
    placed: Placed<SettingValue | undefined>,
  ): Promise<SettingValue | undefined> {
    return this.#one(settingKey(scope), settingValueOf, placed);
  }

  /** As `ChecklistStore.change`. `work` runs again when somebody was faster. */
  async change<T>(lock: Lock, work: (unit: ChecklistUnit) => Promise<T>): Promise<T> {
    const { condition } = this.#target.row;
    if (condition === 'quarantined' || condition === 'terminated') {
      throw new RemoteError('forge_unreachable', 'The data of this site is held at the moment.', {
        next: 'Nothing was changed. The operator of the app has been told.',
      });
    }
    const name = JSON.stringify([this.#tenant, lock.on, nameOf(lock)]);
    return this.#parts.inTurn(name, () => this.#underLock(lock, () => this.#rounds(work)));
  }

  /**
   * What counts several records (how many lists an issue has) is decided under the same lock as on Postgres, so that two
   * processes of the remote do not both add the last one. The rest needs none: its record's version is compared.
   */
  async #underLock<T>(lock: Lock, work: () => Promise<T>): Promise<T> {
    if (lock.on !== 'issue' && lock.on !== 'project') return work();
    return this.#parts.tickets(() =>
      this.#parts.db.transaction().execute(async (trx) => {
        await take(trx, this.#tenant, lock);
        return work();
      }),
    );
  }

  #rounds<T>(work: (unit: ChecklistUnit) => Promise<T>): Promise<T> {
    return runUnit(
      // Whoever lost a round may have trusted a query that was behind: the next one reads everything itself.
      (isRepeated) => createRecordUnit(this.#source(isRepeated)),
      work,
      (unit) => this.#write(unit),
    );
  }

  async #write(unit: RecordUnit): Promise<void> {
    const changes = unit.changes();
    if (changes.length === 0 && unit.events.length === 0) return;
    for (const { key, under } of changes) {
      for (const scope of under) this.#parts.recent.note(this.#tenant, scope, key);
    }
    await this.#announce(unit);
    await writeChanges(
      { records: this.#records, mostAtOnce: MOST_AT_ONCE, newId: randomUUID },
      changes,
    );
    try {
      await this.#parts.db.transaction().execute(async (trx) => {
        const rows = createChecklistUnit(trx, this.#tenant);
        for (const event of unit.events) await rows.record(event);
        for (const [issueId, since] of unit.due) await rows.progressDue(issueId, since);
      });
    } catch (error) {
      // The change is made; its progress was announced. Only its line of history is missing.
      const event = 'history_not_written';
      this.#parts.logger.error({ event, tenant: this.#tenant, err: messageOf(error) });
    }
    this.#parts.hooks.committed(this.#tenant);
  }

  /** Progress is due from before the write on: a process that dies in between leaves a mark that the sweeper finds. */
  async #announce({ due }: RecordUnit): Promise<void> {
    for (const [issueId, since] of due) {
      await sql`
        insert into progress_due (tenant, issue_id, since, next_at)
        values (${this.#tenant}, ${issueId}, ${since}, now() + interval '30 seconds')
        on conflict (tenant, issue_id) do update
          set xact = pg_current_xact_id(), next_at = excluded.next_at`.execute(this.#parts.db);
    }
  }

  #source(isStrict: boolean): UnitSource {
    const known = createKnownKeys(this.#parts.pool, this.#tenant);
    const own = (under: string): readonly string[] => this.#parts.recent.of(this.#tenant, under);
    return {
      read: (key) => this.#read(key),
      ...(isStrict ? {} : { recall: (key) => this.#records.recall(key) }),
      lists: async (issueId) => {
        const [listed, ids, touched] = await Promise.all([
          this.#list('list', LISTS_OF_ISSUE, issueId),
          known.listIds(issueId),
          known.justTouched(issueId),
        ]);
        const doubtful = [...touched.map(listKey), ...own(`issue:${issueId}`)];
        return candidates(listed, ids.map(listKey), isStrict ? [...listed.keys()] : doubtful);
      },
      templates: async (projectId) => {
        const [listed, ids] = await Promise.all([
          this.#list('template', TEMPLATES_OF_PROJECT, projectId),
          known.templateIds(projectId),
        ]);
        const doubtful = isStrict ? [...listed.keys()] : own(`project:${projectId}`);
        return candidates(listed, ids.map(templateKey), doubtful);
      },
      isClaimed: (of, ids, ownerId) => known.isClaimed(of, ids, ownerId),
    };
  }

  #list(type: string, index: string, of: string): Promise<ReadonlyMap<string, Listed>> {
    return listByIndex(this.#target.context, checklists, type, index, [of]);
  }

  async #read(key: string): Promise<ReadRecord> {
    const result = await this.#records.read(key);
    if (result.kind === 'elsewhere') throw new Elsewhere(result.authority);
    return result.stored;
  }

  /**
   * A query lags. Trusted is what it shows of records that nobody is known to have touched; read strictly are those that
   * were, and those that Postgres knows and the query does not show. During a hand-over everything is read strictly, and a
   * bucket that is still with Postgres answers from there.
   */
  async #merge<T>(
    listed: ReadonlyMap<string, Listed>,
    touched: readonly string[],
    held: ReadonlyMap<string, T>,
    { place }: Placed<unknown>,
    parse: (value: Json | undefined) => T | undefined,
  ): Promise<T[]> {
    const isBetween = place === 'between';
    const unseen = [...held.keys()].filter((key) => !listed.has(key));
    const doubtful = new Set([...touched, ...unseen, ...(isBetween ? listed.keys() : [])]);
    const found = new Map<string, T | undefined>();
    for (const [key, { value }] of listed) if (!doubtful.has(key)) found.set(key, parse(value));
    await inLanes([...doubtful, ...(isBetween ? held.keys() : [])], async (key) => {
      const result = await this.#records.read(key);
      if (result.kind === 'read') found.set(key, parse(result.stored.value));
      else if (isBetween) found.set(key, held.get(key));
      else throw new Elsewhere(result.authority);
    });
    return [...found.values()].filter((each) => each !== undefined);
  }

  async #one<T>(
    key: string,
    parse: (value: Json | undefined) => T | undefined,
    { place, held }: Placed<T | undefined>,
  ): Promise<T | undefined> {
    const result = await this.#records.read(key);
    if (result.kind === 'read') return parse(result.stored.value);
    if (place === 'between') return held;
    throw new Elsewhere(result.authority);
  }
}

function candidates(
  listed: ReadonlyMap<string, Listed>,
  known: readonly string[],
  doubtful: readonly string[],
): Candidates {
  const all = new Map<string, Listed | undefined>(known.map((key) => [key, undefined]));
  for (const [key, item] of listed) all.set(key, item);
  for (const key of doubtful) all.set(key, undefined);
  return all;
}
