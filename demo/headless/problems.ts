import type { TenantProgress } from 'crossgrade/postgres';
import type { Poison } from './plant-poison.ts';
import type { HeadlessResult } from './headless-result.ts';
import type { Saved } from './saved.ts';

export interface Judged {
  readonly result: HeadlessResult;
  readonly progress: Pick<TenantProgress, 'condition' | 'conditionReason' | 'setAside'>;
  readonly missing: readonly string[];
  readonly resurrected: readonly string[];
  /** Exit code of the last verification. */
  readonly verified: number | null;
  readonly poison: Poison | undefined;
  readonly saved: Saved;
  /** Whether processes were killed while people wrote, so that some requests had to remain without an answer. */
  readonly mayLeaveOpen: boolean;
}

/** Everything that makes the run a failure, as sentences. */
export function problemsOf(judged: Judged): string[] {
  const { result, progress, saved } = judged;
  const problems: string[] = [];
  if (!result.linked) problems.push('The tenant is not linked.');
  if (progress.condition !== null) {
    problems.push(`The tenant is ${progress.condition}: ${progress.conditionReason ?? ''}`);
  }
  for (const { key, reason } of progress.setAside) {
    const { poison } = judged;
    const isPlanted = poison !== undefined && key === `list:${poison.id}`;
    const where = isPlanted ? ` ("${poison.name}" on ${poison.issueKey})` : '';
    problems.push(`${key}${where} can't be stored in Forge: ${reason}. The tenant stays in copy.`);
  }
  if (progress.setAside.length === 0 && judged.verified !== 0) {
    problems.push('The last verification did not end clean.');
  }
  if (result.differences > 0) problems.push(`${result.differences} differences are unexplained.`);
  for (const entry of judged.missing.slice(0, 10)) problems.push(`Missing: ${entry}`);
  for (const entry of judged.resurrected.slice(0, 10)) {
    problems.push(`Back from the dead: ${entry}`);
  }
  for (const entry of saved.lostInSilence.slice(0, 10)) {
    problems.push(`Lost while nobody answered: ${entry}`);
  }
  for (const [answer, count] of saved.refusals) {
    problems.push(`The app refused ${count} requests of the writers: ${answer}`);
  }
  for (const [reason, count] of judged.mayLeaveOpen ? [] : saved.open) {
    // Longer than ten seconds on a slow machine: the writer was told to try again, did, and lost nothing.
    if (reason.includes('handover_in_progress')) continue;
    problems.push(`The app did not answer ${count} requests of the writers: ${reason}`);
  }
  return problems;
}
