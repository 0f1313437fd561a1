import { ForgeRecords, RecordMemory, UNCHANGED } from '../live/index.ts';
import type { Json } from '../terms.ts';
import { expectError } from './expected-errors.ts';
import { valueOf, type Value } from './history.ts';
import { NOTES, storedValue } from './notes.ts';
import type { UserAction, UserPlan } from './plan.ts';
import { ConnectionLost } from './statements.ts';
import { equip, isCurrent, type Actor } from './actor.ts';
import type { World } from './world.ts';

/** A request is parked no longer than this, then the user is told that nothing was done. */
const PARKED_MS = 15_000;
const PAUSE_MS = 150;

/**
 * A user on either interface. A request goes to the store that is thought to be the authority and, when that one refuses,
 * to the other; while neither takes it, it is parked.
 */
export async function runUser(world: World, actor: Actor, plan: UserPlan): Promise<void> {
  const { scheduler } = world;
  const user = new User(world, actor, plan);
  for (const [index, { waitMs, action }] of plan.steps.entries()) {
    await scheduler.sleep(actor.process, waitMs);
    await user.act(action, `${actor.process.name}.${index}`);
  }
}

/** One request: the records it changes, together or not at all. */
interface Request {
  readonly mutation: string;
  readonly keys: readonly string[];
  readonly isDelete: boolean;
}

type Outcome = 'done' | 'elsewhere' | 'unknown';

class User {
  readonly #world: World;
  #actor: Actor;
  #records: ForgeRecords;
  readonly #plan: UserPlan;

  constructor(world: World, actor: Actor, plan: UserPlan) {
    this.#world = world;
    this.#actor = actor;
    this.#records = recordsOf(actor);
    this.#plan = plan;
  }

  async act(action: UserAction, mutation: string): Promise<void> {
    this.#keepUp();
    const keys = [this.#key(action.key)];
    if (action.kind === 'read') return this.#read(keys[0] ?? '');
    if (action.kind === 'pair') keys.push(this.#key(action.other));
    return this.#change({ mutation, keys: [...new Set(keys)], isDelete: action.kind === 'delete' });
  }

  /** Functions of an app that was installed again are new ones. */
  #keepUp(): void {
    if (isCurrent(this.#world, this.#actor)) return;
    this.#actor = equip(this.#world, this.#actor.process, this.#plan.prefers === 'forge');
    this.#records = recordsOf(this.#actor);
  }

  #key(index: number): string {
    const { keys } = this.#world;
    return keys[index % keys.length] ?? '';
  }

  async #change(request: Request): Promise<void> {
    const { scheduler, history } = this.#world;
    const until = scheduler.now + PARKED_MS;
    let side = this.#world.installation.isRemoved ? 'postgres' : this.#plan.prefers;
    while (scheduler.now < until) {
      const outcome =
        side === 'forge' ? await this.#onForge(request) : await this.#inPostgres(request);
      if (outcome === 'unknown') history.counts.unknown += 1;
      if (outcome !== 'elsewhere') return;
      side = side === 'forge' ? 'postgres' : 'forge';
      await scheduler.sleep(this.#actor.process, PAUSE_MS);
    }
    history.counts.parked += 1;
    for (const key of request.keys) history.refused(nameOf(request, key));
  }

  async #onForge(request: Request): Promise<Outcome> {
    const { history } = this.#world;
    const { keys, mutation } = request;
    try {
      const result = await this.#records.changeAll(keys, mutation, (present) => {
        const values = new Map<string, Json | undefined>();
        for (const key of keys) {
          const value = made(request, key, valueOf(present.get(key)?.value));
          if (value !== 'unchanged') {
            values.set(key, value === undefined ? undefined : storedValue(value));
          }
        }
        return values.size === 0 ? UNCHANGED : values;
      });
      if (result.kind === 'elsewhere') return 'elsewhere';
      for (const key of keys) {
        if (result.kind === 'changed') history.told(nameOf(request, key));
        else history.refused(nameOf(request, key));
      }
      return 'done';
    } catch (error) {
      expectError(history, this.#actor.process.name, error, this.#world.mayBeRefused);
      return 'unknown';
    }
  }

  async #inPostgres(request: Request): Promise<Outcome> {
    const { history } = this.#world;
    const written = new Set<string>();
    const changes = request.keys.map((key) => ({
      ...{ key, mutation: nameOf(request, key) },
      change: (present: Value | undefined) => {
        const value = made(request, key, present);
        if (value !== 'unchanged') written.add(key);
        return value;
      },
    }));
    try {
      const result = await this.#actor.connection.write(changes, this.#plan.holdMs);
      if (result === 'closed') return 'elsewhere';
      for (const key of request.keys) {
        if (written.has(key)) history.told(nameOf(request, key));
        else history.refused(nameOf(request, key));
      }
      return 'done';
    } catch (error) {
      if (!(error instanceof ConnectionLost)) throw error;
      return 'unknown';
    }
  }

  async #read(key: string): Promise<void> {
    const { history } = this.#world;
    const who = this.#actor.process.name;
    const since = history.newest(key);
    try {
      const result = await this.#records.read(key);
      if (result.kind === 'read') {
        const { version, value } = result.stored;
        history.read(who, key, since, { version, mutation: valueOf(value)?.m });
        return;
      }
      const row = await this.#actor.connection.read(key);
      history.read(who, key, since, { version: row.version, mutation: row.value?.m });
    } catch (error) {
      expectError(history, who, error, this.#world.mayBeRefused);
    }
  }
}

/** As the remote's: with a memory of its own, so that most changes begin from what was seen long ago. */
function recordsOf({ process, context }: Actor): ForgeRecords {
  return new ForgeRecords(context.send, NOTES, new RecordMemory().of(process.name));
}

/** What a request is called at one record. A delete has one record, and only its log entry names it. */
function nameOf({ mutation, isDelete }: Request, key: string): string {
  return isDelete ? mutation : `${mutation}/${key}`;
}

/** The value that a request makes of the present one. */
function made(
  request: Request,
  key: string,
  present: Value | undefined,
): Value | undefined | 'unchanged' {
  if (request.isDelete) return present === undefined ? 'unchanged' : undefined;
  return { m: nameOf(request, key), p: present?.m ?? '-' };
}
