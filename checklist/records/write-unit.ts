import type { ChecklistUnit } from '../store.ts';
import { Elsewhere } from './elsewhere.ts';
import type { ReadRecord, RecordJson } from './record-json.ts';
import type { Changed, RecordUnit } from './record-unit.ts';

/** What is needed of a store of records; crossgrade's `ForgeRecords` is one. */
export interface WritableRecords {
  /**
   * Changes these records together or not at all. `change` may run again, and what it throws comes out with nothing
   * written. `mutation` names the change, so that it is not made twice when an answer is lost.
   */
  changeAll(
    keys: readonly string[],
    mutation: string,
    change: (
      present: ReadonlyMap<string, ReadRecord>,
    ) => ReadonlyMap<string, RecordJson | undefined>,
  ): Promise<
    | { readonly kind: 'changed' | 'unchanged' }
    | { readonly kind: 'elsewhere'; readonly authority: 'P' | 'D' }
  >;
}

export interface UnitWriter {
  readonly records: WritableRecords;
  /** The most records of one transaction. */
  readonly mostAtOnce: number;
  readonly newId: () => string;
}

/** A record has another version than the unit read: it has to run again. Never leaves the store. */
class Stale extends Error {
  override readonly name = 'Stale';
}

/** Rounds of a unit that lost its record to somebody faster. */
const ROUNDS = 12;

/**
 * Runs a unit of work until what it read still holds when it is written. `makeUnit` is told whether an earlier round was
 * lost, or rested on what was only remembered: then nothing may be recalled.
 */
export async function runUnit<T>(
  makeUnit: (isRepeated: boolean) => RecordUnit,
  work: (unit: ChecklistUnit) => Promise<T>,
  write: (unit: RecordUnit) => Promise<void>,
): Promise<T> {
  for (let round = 1; ; round += 1) {
    const unit = makeUnit(round > 1);
    let result: T;
    try {
      result = await work(unit);
    } catch (error) {
      // A refusal that rests on what was remembered is none.
      if (unit.recalled.size > 0 && round < ROUNDS) continue;
      throw error;
    }
    if (concludesFromMemory(unit) && round < ROUNDS) continue;
    try {
      await write(unit);
      return result;
    } catch (error) {
      if (!(error instanceof Stale) || round >= ROUNDS) throw error;
    }
  }
}

function concludesFromMemory(unit: RecordUnit): boolean {
  const written = new Set(unit.changes().map(({ key }) => key));
  return [...unit.recalled].some((key) => !written.has(key));
}

/**
 * Writes what a unit changed, in one transaction for up to `mostAtOnce` records. More (a rebalancing move, or forgetting an
 * issue with many lists) go in several, each whole: both of these come to the same end when they are repeated. Throws
 * `Elsewhere`, or what makes `runUnit` repeat; then nothing was written, unless earlier ones of several were.
 */
export async function writeChanges(
  { records, mostAtOnce, newId }: UnitWriter,
  changes: readonly Changed[],
): Promise<void> {
  for (let at = 0; at < changes.length; at += mostAtOnce) {
    const some = changes.slice(at, at + mostAtOnce);
    const keys = some.map(({ key }) => key);
    const result = await records.changeAll(keys, newId(), (present) => {
      for (const { key, was } of some) {
        const now = present.get(key)?.version;
        if (now?.e !== was.e || now.n !== was.n) throw new Stale(key);
      }
      return new Map(some.map(({ key, value }) => [key, value]));
    });
    if (result.kind === 'elsewhere') throw new Elsewhere(result.authority);
  }
}
