/** What an erasure insists on whose drivers die, come late and meet each other (protocol §11). */
export interface ErasureRules {
  /** A delete that Forge took is noted while Forge decides, or when Postgres has that very delete. */
  readonly notesBeforeEnd: boolean;
  /** A delete of a Forge that is gone is not noted under the next one. */
  readonly notesPresentForge: boolean;
  /** Opening Postgres without Forge takes back the marks of deletes that are lost with it. */
  readonly endTakesBack: boolean;
  /** A report names the delete that was found on both sides: another may have been made since. */
  readonly reportNamesDelete: boolean;
  /** The archive is emptied by the delete that is marked, not by one that was lost. */
  readonly archiveNamesDelete: boolean;
  /** A final tenant's tombstone goes before the report, which takes away the version row that leads to it. */
  readonly tombstoneFirst: boolean;
  /** Only who knows the tenant final reports of a final tenant. */
  readonly reportKnowsFinal: boolean;
}

export const ERASURE_RULES: ErasureRules = {
  notesBeforeEnd: true,
  notesPresentForge: true,
  endTakesBack: true,
  reportNamesDelete: true,
  archiveNamesDelete: true,
  tombstoneFirst: true,
  reportKnowsFinal: true,
};

/** What a side has under the key: what was to be erased, a delete, something made anew since, or nothing at all. */
export interface Item {
  readonly n: number;
  readonly what: 'old' | 'deleted' | 'new' | 'nothing';
}

/** Somebody who drives the erasure: how far it has come, and what it knows. */
export interface Driver {
  readonly at: 'idle' | 'listed' | 'refused' | 'deleted' | 'noted' | 'swept' | 'ready';
  /** Version of the delete as this driver knows it; 0: none. */
  readonly version: number;
  readonly knowsFinal: boolean;
  /** How many targets had come to an end when Forge took the delete. */
  readonly ends: number;
}

export interface ErasureState {
  /** Who decides: Postgres, Forge, Forge for ever, or Postgres without any target. */
  readonly place: 'P' | 'F' | 'S' | 'off';
  readonly postgres: Item;
  readonly forge: Item;
  /** Version of the delete as the mark has it; 0: none. */
  readonly mark: number;
  readonly reported: boolean;
  readonly drivers: readonly Driver[];
  readonly sweep: 'waiting' | 'listed' | 'removed' | 'done';
  /** How many targets have come to an end. */
  readonly ends: number;
  /** The highest version that was given. */
  readonly given: number;
  readonly left: { readonly writes: number; readonly moves: number; readonly ends: number };
}

/** Above every version given before a seal: a delete under it leaves nothing that could tell its own. */
export const SEALED = 50;
export const NOTHING: Item = { n: 0, what: 'nothing' };
export const IDLE: Driver = { at: 'idle', version: 0, knowsFinal: false, ends: 0 };
