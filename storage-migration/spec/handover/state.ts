import { at } from '../check/at.ts';
import { pack } from './message.ts';

/** One bucket with one record in it, seen from both sides. Numbers only, so that copying and encoding stay cheap. */
export interface Cell {
  // --- Postgres: mig_ver and mig_dirty of the record, mig_racked of the bucket
  /** Ordinal of the write that the row holds; 0: never written. */
  pValue: number;
  pE: number;
  pN: number;
  pDeleted: number;
  pDirty: number;
  racked: number;
  // --- Forge: head, record or tombstone, log entries
  hEpoch: number;
  hAuth: Authority;
  hSeq: number;
  /** `f0`: seq at the last flip to Forge, or at the seal: where the log begins. */
  hFrom: number;
  hInc: number;
  /** 1: the backfill cursor has passed the record. */
  hFilled: number;
  fValue: number;
  fE: number;
  fN: number;
  fDeleted: number;
  /** Bit s−1: the log entry of seq s exists. */
  log: number;
  // --- what is true
  /** Ordinal of the last write that an authority accepted. */
  truth: number;
  truthDeleted: number;
  /** 0: no erasure; 1: asked for; 2: reported as done. */
  erasing: number;
  /** Ordinal of the erasing delete: older values may never be seen again once it is reported as done. */
  erasedAt: number;
}

export const P = 0;
export const F = 1;
export const D = 2;
export const S = 3;
export type Authority = typeof P | typeof F | typeof D | typeof S;

/** A log entry that must exist does not. */
export const MISSING_ENTRY = 1;
/** One version with two contents. */
export const SPLIT = 2;
/** A bucket was sealed before everything in it was back in Postgres. */
export const SEALED_EARLY = 3;

export interface State {
  open: number;
  epoch: number;
  inc: number;
  /** Bucket of the open transaction plus one; 0: none. */
  transaction: number;
  readonly cells: readonly Cell[];
  /** Everything ever sent, in ascending order. Nothing leaves: delay, reorder, duplicate and loss in one. */
  readonly messages: readonly number[];
  /** Writes given out so far, on both sides. */
  writes: number;
  /** What the bounds still allow. */
  pLeft: number;
  fLeft: number;
  deletesLeft: number;
  wipesLeft: number;
  erasuresLeft: number;
  collectionsLeft: number;
  /** What a step met that must not be there: see {@link MISSING_ENTRY}, {@link SPLIT}, {@link SEALED_EARLY}. */
  alarm: number;
}

/** How far a run of the model goes. */
export interface Bounds {
  readonly buckets: 1 | 2;
  readonly postgresWrites: number;
  readonly forgeWrites: number;
  readonly deletes: number;
  /** Highest epoch. */
  readonly epochs: number;
  readonly wipes?: number;
  /** The wipes are ends of the tenant, each followed by a new installation with empty storage. Not together with seals. */
  readonly reinstalls?: boolean;
  readonly erasures?: number;
  /** The record exists before anything is sent and nobody writes to it: backfill has to bring it. */
  readonly seeded?: boolean;
  /** A transaction may stay open over other steps. */
  readonly openTransactions?: boolean;
  /** How many tombstones may be collected. */
  readonly collections?: number;
  /** Log entries may be deleted. */
  readonly trimming?: boolean;
  /** Buckets may be sealed. Not together with erasures, which ask Postgres as well. */
  readonly sealing?: boolean;
  /** Begins behind a cut-over: the gate closed at epoch 1, every head with Forge. */
  readonly atForge?: boolean;
  /** A coordinator looks at one head after the other; otherwise at all of them at once. */
  readonly separateLooks?: boolean;
  /** Register moves travel as messages; otherwise only flips do, the others happen when they are sent. */
  readonly delayedMoves?: boolean;
}

export function initialState(bounds: Bounds): State {
  const seeded = bounds.seeded === true ? 1 : 0;
  const atForge = bounds.atForge === true;
  const cells: Cell[] = [];
  for (let i = 0; i < bounds.buckets; i += 1) {
    cells.push({
      ...{ pValue: seeded * (i + 1), pE: seeded, pN: seeded, pDeleted: 0, pDirty: 0, racked: 0 },
      ...{
        hEpoch: atForge ? 2 : 1,
        hAuth: atForge ? F : P,
        hSeq: 0,
        hFrom: 0,
        hInc: 1,
        hFilled: 1 - seeded,
      },
      ...{ fValue: 0, fE: 0, fN: 0, fDeleted: 0, log: 0 },
      ...{ truth: seeded * (i + 1), truthDeleted: 0, erasing: 0, erasedAt: 0 },
    });
  }
  return {
    ...{ open: atForge ? 0 : 1, epoch: 1, inc: 1, transaction: 0, cells },
    // The flips that led here are never forgotten.
    messages: atForge ? cells.map((_, b) => pack('flip', b, { at: 1 })) : [],
    ...{ writes: seeded * bounds.buckets, pLeft: bounds.postgresWrites, fLeft: bounds.forgeWrites },
    ...{ deletesLeft: bounds.deletes, wipesLeft: bounds.wipes ?? 0 },
    ...{ erasuresLeft: bounds.erasures ?? 0, collectionsLeft: bounds.collections ?? 0, alarm: 0 },
  };
}

/** A copy whose `b`th cell may be changed. The other cells are shared. */
export function copyOf(state: State, b: number): { readonly next: State; readonly cell: Cell } {
  const cells = state.cells.slice();
  const cell = { ...at(state.cells, b) };
  cells[b] = cell;
  return { next: { ...state, cells }, cell };
}

/** Every field of a state, one after the other, as code units. */
export function encode(state: State): string {
  let text = String.fromCharCode(
    state.open | (state.alarm << 1) | (state.transaction << 3) | (state.inc << 5),
    state.epoch | (state.pLeft << 4) | (state.fLeft << 8) | (state.collectionsLeft << 12),
    state.deletesLeft | (state.wipesLeft << 3) | (state.erasuresLeft << 6) | (state.writes << 9),
  );
  for (const c of state.cells) {
    text += String.fromCharCode(
      c.pValue | (c.pE << 4) | (c.pN << 8) | (c.pDeleted << 12) | (c.pDirty << 13),
      c.fValue |
        (c.fE << 4) |
        (c.fN << 8) |
        (c.fDeleted << 12) |
        (c.hFilled << 13) |
        (c.hAuth << 14),
      c.hEpoch | (c.hSeq << 4) | (c.hFrom << 8) | (c.racked << 12),
      c.log,
      c.truth | (c.truthDeleted << 4) | (c.erasing << 5) | (c.erasedAt << 7) | (c.hInc << 11),
    );
  }
  for (const message of state.messages) {
    text += String.fromCharCode(message & 0xffff, message >>> 16);
  }
  return text;
}
