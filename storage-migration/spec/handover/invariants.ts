import { F, MISSING_ENTRY, P, S, SEALED_EARLY, SPLIT } from './state.ts';
import type { Cell, State } from './state.ts';
import { showsErased } from './upkeep-steps.ts';

/** What must never be (protocol §16), in the order in which it is looked for. */
export function violation(state: State): string | undefined {
  if (state.alarm === MISSING_ENTRY) return 'a log entry is missing';
  if (state.alarm === SPLIT) return 'one version with two contents';
  if (state.alarm === SEALED_EARLY) return 'sealed before everything was back';
  for (const cell of state.cells) {
    if (state.open === 1 && cell.hAuth !== P) return 'two authorities';
    const broken = cell.hAuth === P ? atPostgres(cell) : atForge(cell);
    if (broken !== undefined) return broken;
    if (cell.erasing === 2) {
      if (showsErased(cell.pN, cell.pDeleted, cell.pValue, cell)) return 'erased, yet in Postgres';
      if (showsErased(cell.fN, cell.fDeleted, cell.fValue, cell)) return 'erased, yet in Forge';
    }
  }
  return undefined;
}

function atPostgres(cell: Cell): string | undefined {
  const isGone = cell.pDeleted === 1 || cell.pValue === 0;
  if (cell.truthDeleted === 1) return isGone ? undefined : 'resurrected in Postgres';
  return cell.truth === 0 || cell.pValue === cell.truth ? undefined : 'lost in Postgres';
}

function atForge(cell: Cell): string | undefined {
  const isGone = cell.fDeleted === 1 || cell.fN === 0;
  if (cell.truthDeleted === 1) return isGone ? undefined : 'resurrected in Forge';
  return cell.truth === 0 || cell.fValue === cell.truth ? undefined : 'lost in Forge';
}

/** Every bucket takes writes, on one side or the other. */
export function isWritable(state: State): boolean {
  return state.open === 1 || state.cells.every((cell) => cell.hAuth === F || cell.hAuth === S);
}

/** Some bucket is sealed: there is only one direction left. */
export function isSealing({ cells }: State): boolean {
  return cells.some(({ hAuth }) => hAuth === S);
}

/**
 * A sealed bucket beside one that Postgres could open for. Where moves take effect at once it never comes to that; where
 * they travel, a release under way does bring it about, and the bucket goes forward again.
 */
export function isMixed(state: State): boolean {
  return isSealing(state) && state.cells.some(({ hAuth }) => hAuth === P);
}

/** Both sides hold the same versions and nothing is on its way that matters; a sealed bucket has one side only. */
export function isConverged(state: State): boolean {
  return state.cells.every(
    (cell) =>
      cell.hAuth === S ||
      (cell.pE === cell.fE &&
        cell.pN === cell.fN &&
        cell.pDirty === 0 &&
        cell.hFilled === 1 &&
        (cell.hAuth === P || Math.max(cell.racked, cell.hFrom) >= cell.hSeq)),
  );
}

/** No erasure waits for its report. */
export function isReported(state: State): boolean {
  return state.cells.every((cell) => cell.erasing !== 1);
}
