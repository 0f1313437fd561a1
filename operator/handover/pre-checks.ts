import { LayerError } from 'crossgrade';
import { flyCanary } from 'crossgrade/handover';
import { appMismatch } from 'crossgrade/live';
import { canarySide } from 'crossgrade/postgres';
import type { Findings, Planning, Refusal } from './command-definition.ts';

/** Milliseconds a system token must still live when a cut-over begins: the way back needs it too. */
const TOKEN_MS = 5 * 60_000;
/** Milliseconds after which a dirty record says that sending does not keep up. */
const LAG_MS = 5 * 60_000;
/** Dirty records that fit into the ten seconds in which nobody may write. */
const MOST_DIRTY = 1_000;
/** Share of the quota below which others have just been told to wait again and again. */
const EASING = 0.25;

/** What can be told of a cut-over from Postgres alone. Each refusal has its code and its sentence. */
export function cheapChecks({ state, operator }: Planning): readonly Refusal[] {
  const refusals: Refusal[] = [];
  const refuse = (code: string, reason: string): void => void refusals.push({ code, reason });
  if (state.passAt === null) {
    refuse('verify.not_clean', 'no clean verification of the last 24 hours at this epoch');
  }
  if (state.setAside > 0) {
    refuse('verify.not_clean', `${state.setAside} records can not be held by Forge`);
  }
  if (state.held > 0) refuse('record.held', `${state.held} records wait for a decision`);
  for (const { type, source } of operator.config.group.records.values()) {
    if (source.write === undefined) {
      refuse('record.not_reversible', `record type "${type}" has no way back`);
    }
  }
  if (state.dirty > MOST_DIRTY) {
    refuse('lag.too_high', `${state.dirty} records are dirty; ${MOST_DIRTY} can be sent in time`);
  } else if (state.dirtyMs > LAG_MS) {
    const minutes = Math.round(state.dirtyMs / 60_000);
    refuse('lag.too_high', `a record has been dirty for ${minutes} minutes`);
  }
  return refusals;
}

/**
 * What has to be asked of Forge: made only when nothing else speaks against the cut-over. The canary writes two items of its
 * own and takes them away again; no record is touched.
 */
export async function costlyChecks(planning: Planning): Promise<Findings> {
  const { operator, scope, facts } = planning;
  const { pool, config } = operator;
  const refusals: Refusal[] = [];
  const risks: string[] = [];
  const refuse = (code: string, reason: string): void => void refusals.push({ code, reason });
  const ends = await config.systemTokenEnds?.(pool, facts.row.installation_id);
  const lives = ends === undefined ? Infinity : ends.getTime() - Date.now();
  if (lives < TOKEN_MS) {
    const minutes = Math.max(0, Math.floor(lives / 60_000));
    refuse('token.ends_soon', `the system token ends in ${minutes} minutes`);
  }
  const tight = await quotaTrouble(planning);
  if (tight !== undefined) refuse('quota.tight', tight);
  if (refusals.length > 0) return { refusals };
  try {
    const { send, handover } = await planning.lane();
    const mismatch = await appMismatch(send);
    const silent = 'the app in Forge has not said which layer it speaks';
    if (mismatch === null && config.requiresApp === true) {
      refuse('app.mismatch', `${silent}: it is too old, or its sweep has not run yet`);
    } else if (mismatch === null) risks.push(silent);
    else if (mismatch !== undefined) refuse('app.mismatch', mismatch);
    await flyCanary(handover, canarySide(pool, scope, config.group));
  } catch (error) {
    if (!(error instanceof LayerError)) throw error;
    const cause = error.cause instanceof Error ? `: ${error.cause.message}` : '';
    refuse(error.code, `${error.message}${cause}`);
  }
  return { refusals, risks };
}

async function quotaTrouble({ operator, facts }: Planning): Promise<string | undefined> {
  const found = await operator.pool.query<{ blocked: number | null; easing: number | null }>(
    `select (state->>'blockedUntil')::float8 as blocked, (state->>'easing')::float8 as easing
     from mig_quota where installation_id = $1`,
    [facts.row.installation_id],
  );
  const { blocked, easing } = found.rows[0] ?? {};
  if ((blocked ?? 0) > Date.now()) return 'Forge has just told everybody to wait';
  if ((easing ?? 1) < EASING) return 'Forge has refused calls again and again in the last minute';
  return undefined;
}
