import type { Condition, Scope, Stage } from 'crossgrade';
import { reverseLag } from 'crossgrade/live';
import { FACTS, isDoneByCondition, type Command, type Operator } from './commands.ts';
import { planHash, readFacts, type TenantFacts } from './tenant-facts.ts';

/** Why a command would be refused now. */
export interface Refusal {
  readonly code: string;
  readonly reason: string;
}

/** What a command would do, from what is known without touching anything. */
export interface Plan {
  readonly tenant: string;
  readonly command: Command;
  readonly stage: Stage;
  readonly condition: Condition | null;
  /** To be given back as `--expect-epoch`. */
  readonly epoch: number;
  /** To be given back as `--hash`, so that nothing else is applied than what was read here. */
  readonly hash: string;
  readonly steps: readonly string[];
  /** About what it costs of the installation's quota, which has 4,000 of each a minute. */
  readonly units: { readonly read: number; readonly write: number };
  readonly risks: readonly string[];
  readonly refusals: readonly Refusal[];
  /** There is nothing to do: it was done before. */
  readonly isDone: boolean;
}

/** Plans a command. Reads only; may be repeated. Throws `stage.unexpected` for a tenant that was never enrolled. */
export async function planCommand(
  operator: Operator,
  command: Command,
  tenant: string,
): Promise<Plan> {
  const scope = { tenant, group: operator.config.group.group };
  const facts = await readFacts(operator.pool, scope);
  const { row, epoch } = facts;
  const state = await readState(operator, scope, facts);
  const isDone =
    FACTS[command].done.includes(row.stage) || isDoneByCondition(command, row.condition);
  return {
    ...{ tenant, command, stage: row.stage, condition: row.condition, epoch, isDone },
    hash: planHash(command, facts),
    steps: isDone ? [] : FACTS[command].steps,
    units: isDone ? { read: 0, write: 0 } : unitsOf(command, row.buckets, state),
    risks: risksOf(command, state),
    refusals: isDone ? [] : refusalsOf(command, facts, state, operator),
  };
}

interface State {
  readonly dirty: number;
  readonly setAside: number;
  readonly behind: number;
  readonly hasToken: boolean;
  readonly passAt: Date | null;
  readonly busy: string | null;
}

async function readState(
  { pool, config }: Operator,
  scope: Scope,
  { row, epoch }: TenantFacts,
): Promise<State> {
  const found = await pool.query<{
    dirty: number;
    aside: number;
    pass_at: Date | null;
    busy: string | null;
  }>(
    `select (select count(*) from mig_dirty where tenant = $1 and grp = $2)::int as dirty,
            (select count(*) from mig_set_aside where tenant = $1 and grp = $2)::int as aside,
            (select max(ended) from mig_pass where tenant = $1 and grp = $2 and incarnation = $3
               and epoch = $4 and kind = 'scrub' and result = 'clean' and not repaired
               and ended > now() - interval '24 hours') as pass_at,
            (select kind from mig_op where tenant = $1 and grp = $2 and ended is null
               and lease_until > now() limit 1) as busy`,
    [scope.tenant, scope.group, row.incarnation, epoch],
  );
  const counts = found.rows[0];
  return {
    dirty: counts?.dirty ?? 0,
    setAside: counts?.aside ?? 0,
    behind: await reverseLag(pool, scope),
    hasToken: (await config.systemToken(pool, row.installation_id)) !== undefined,
    passAt: counts?.pass_at ?? null,
    busy: counts?.busy ?? null,
  };
}

function refusalsOf(
  command: Command,
  { row }: TenantFacts,
  state: State,
  { config }: Operator,
): readonly Refusal[] {
  const { from, needsForge } = FACTS[command];
  const refusals: Refusal[] = [];
  const refuse = (code: string, reason: string): void => void refusals.push({ code, reason });
  if (!from.includes(row.stage)) {
    refuse(
      'stage.unexpected',
      `it starts from ${from.join(' or ')}; the tenant is in ${row.stage}`,
    );
  }
  if (state.busy !== null) refuse('plan.stale', `${state.busy} is at work on this tenant`);
  if (needsForge && !state.hasToken) {
    refuse('target.unauthorized', 'there is no living system token');
  }
  if (row.condition !== null && (command === 'cutover' || command === 'settle')) {
    refuse('stage.unexpected', `the tenant is ${row.condition}: ${row.condition_reason ?? ''}`);
  }
  if (command === 'pause' && row.condition !== null) {
    refuse('stage.unexpected', `the tenant is ${row.condition} already`);
  }
  if (command === 'resume' && (row.condition === 'terminated' || row.condition === 'erasing')) {
    refuse('stage.unexpected', `${row.condition} does not end by an operator's word`);
  }
  if (command !== 'cutover') return refusals;
  if (state.passAt === null) {
    refuse('verify.not_clean', 'no clean verification of the last 24 hours at this epoch');
  }
  if (state.setAside > 0) {
    refuse('verify.not_clean', `${state.setAside} records can not be held by Forge`);
  }
  for (const { type, source } of config.group.records.values()) {
    if (source.write === undefined) {
      refuse('record.not_reversible', `record type "${type}" has no way back`);
    }
  }
  return refusals;
}

function risksOf(command: Command, { dirty, behind, hasToken }: State): readonly string[] {
  const risks: string[] = [];
  if (command === 'cutover') {
    risks.push('writers wait until it ends, 10 seconds at most; reads go on');
    if (dirty > 0) risks.push(`${dirty} records are dirty and are sent while writers wait`);
  }
  if (command === 'rollback') {
    risks.push(
      'writers wait until everything has come back; they are told to try again after 10 seconds',
    );
    if (behind > 0) risks.push(`at least ${behind} log entries have to come back first`);
  }
  if (command === 'resume-forge' || command === 'recover') {
    risks.push('writers wait until it ends');
  }
  if (command === 'pause') {
    risks.push('while it is paused, what one side writes does not reach the other');
    if (!hasToken) risks.push('there is no living system token either');
  }
  return risks;
}

/** A batch of 25 heads and a transaction of 24 are about three units; a record is read with its tombstone and its log entry. */
function unitsOf(command: Command, buckets: number, { dirty, behind }: State) {
  const look = Math.ceil(buckets / 25) * 3;
  const move = Math.ceil(buckets / 24) * 3;
  switch (command) {
    case 'cutover':
      return { read: 2 * look + 3 * dirty + 1, write: move + dirty };
    case 'rollback':
    case 'recover':
      return { read: look + buckets + 3 * behind, write: 2 * move };
    case 'resume-forge':
      return { read: buckets, write: move };
    case 'settle':
    case 'pause':
    case 'resume':
      return { read: 0, write: 0 };
  }
}
