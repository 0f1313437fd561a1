import type { Emit, Model } from '../check/model.ts';
import { isNewer } from '../handover/versions.ts';

/** What a forced failover insists on, and the way back from it (protocol §9.4). */
export interface FailoverRules {
  /** Postgres opens far above every epoch seen: others may go on moving the heads that it can't reach. */
  readonly opensFarAbove: boolean;
  /** A head goes back to Postgres only when everything that Forge wrote under it is held for a person. */
  readonly releasesWhatIsHeld: boolean;
  /** Nothing is sent while something is held: it would replace what nobody has looked at. */
  readonly sendsNothingHeld: boolean;
  /** What is held waits for a person; nothing is merged by itself. */
  readonly waitsForDecision: boolean;
  /** A decision names the version of Postgres that was shown beside Forge's. */
  readonly decisionNamesVersion: boolean;
  /** Every decision is a new version, also the one to keep what Postgres has. */
  readonly decisionBumps: boolean;
}

export const FAILOVER_RULES: FailoverRules = {
  opensFarAbove: true,
  releasesWhatIsHeld: true,
  sendsNothingHeld: true,
  waitsForDecision: true,
  decisionNamesVersion: true,
  decisionBumps: true,
};

/** Stands for the 1,000 of the code: more than heads can be moved within the bounds. */
const FAR = 8;
const EPOCHS = 6;
/** The highest epoch that was seen before sight was lost. */
const SEEN = 2;

/** A record on one side: its version, and a bit for every write that it contains. */
interface Item {
  readonly e: number;
  readonly n: number;
  readonly writes: number;
}

type Message =
  | { readonly kind: 'turn' | 'resume'; readonly at: number }
  | { readonly kind: 'reverse'; readonly item: Item };

interface State {
  readonly reachable: boolean;
  readonly gate: { readonly open: boolean; readonly epoch: number };
  readonly head: { readonly epoch: number; readonly auth: 'F' | 'D' | 'P' };
  readonly postgres: Item;
  readonly forge: Item;
  readonly dirty: boolean;
  readonly forced: boolean;
  /** Count of Forge's version that is held; 0: nothing was held yet. */
  readonly held: number;
  readonly decided: boolean;
  /** Count of Postgres' version that the operator was shown beside Forge's; 0: nothing shown. */
  readonly look: number;
  /** Writes that the operator has been shown. */
  readonly shown: number;
  readonly given: number;
  readonly left: { readonly postgres: number; readonly forge: number };
  readonly sent: readonly Message[];
}

/**
 * One record whose authority is Forge when Postgres' side loses sight of it. Forge's own users may still write: to force
 * Postgres open makes two authorities, knowingly. Nothing that either of them takes may vanish without having been shown.
 */
export function failoverModel(rules: FailoverRules = FAILOVER_RULES): Model<State> {
  const item: Item = { e: 1, n: 1, writes: 0 };
  return {
    name: 'failover',
    initial: {
      ...{ reachable: true, gate: { open: false, epoch: 1 }, head: { epoch: 2, auth: 'F' } },
      ...{ postgres: item, forge: item, dirty: false, forced: false, held: 0, decided: false },
      ...{ look: 0, shown: 0, given: 0, left: { postgres: 2, forge: 2 }, sent: [] },
    },
    steps(state, emit) {
      const { reachable } = state;
      emit(reachable ? 'lose' : 'return', { ...state, reachable: !reachable });
      use(state, emit);
      move(state, emit);
      if (!reachable && !state.forced && !state.gate.open) {
        const epoch = rules.opensFarAbove ? SEEN + FAR : SEEN + 1;
        emit('forceOpen', { ...state, gate: { open: true, epoch }, forced: true });
      }
      if (state.forced && reachable) {
        takeBack(rules, state, emit);
        decide(rules, state, emit);
      }
      for (const message of state.sent) arrive(state, message, emit);
    },
    violation: (state) => violation(rules, state),
    encode: (state) => JSON.stringify(state),
    goals: { united: (state) => !state.forced || isUnited(rules, state) },
    hasRoom: (state) => state.head.epoch + 1 <= EPOCHS || state.head.auth !== 'F',
  };
}

/** One authority again: Postgres, at the epoch of the head, with nothing held and nothing left to send. */
function isUnited(rules: FailoverRules, { gate, head, dirty, decided }: State): boolean {
  const isDone = decided || !rules.waitsForDecision;
  return gate.open && isDone && !dirty && head.auth === 'P' && head.epoch === gate.epoch;
}

function violation(rules: FailoverRules, state: State): string | undefined {
  const { postgres, forge, shown, given } = state;
  if ((given & ~(postgres.writes | forge.writes | shown)) !== 0)
    return 'overwritten, and not shown';
  if (!state.forced || !isUnited(rules, state)) return undefined;
  return postgres.writes === forge.writes ? undefined : 'united, yet different';
}

function use(state: State, emit: Emit<State>): void {
  const { gate, head, postgres, forge, left, given } = state;
  const bit = 1 << (4 - left.postgres - left.forge);
  if (gate.open && left.postgres > 0) {
    const item = { e: gate.epoch, n: postgres.n + 1, writes: postgres.writes | bit };
    const next = { ...state, postgres: item, dirty: true, given: given | bit };
    emit('write', { ...next, left: { ...left, postgres: left.postgres - 1 } });
  }
  if (head.auth === 'F' && left.forge > 0) {
    const item = { e: head.epoch, n: forge.n + 1, writes: forge.writes | bit };
    const next = { ...state, forge: item, given: given | bit };
    emit('forgeWrite', { ...next, left: { ...left, forge: left.forge - 1 } });
  }
}

/** Any coordinator that reaches Forge moves its head, and everything sent may arrive much later. */
function move(state: State, emit: Emit<State>): void {
  const { head, forge, forced } = state;
  if (!forced && head.auth !== 'P') {
    emit('readLog', withMessage(state, { kind: 'reverse', item: forge }));
  }
  if (head.epoch >= EPOCHS) return;
  if (head.auth === 'F') emit('turn', withMessage(state, { kind: 'turn', at: head.epoch }));
  if (head.auth === 'D') emit('resume', withMessage(state, { kind: 'resume', at: head.epoch }));
}

/** Holds what Forge wrote, then brings the head above both epochs; the gate adopts that one, and what is dirty is sent. */
function takeBack(rules: FailoverRules, state: State, emit: Emit<State>): void {
  const { head, gate, postgres, forge, held } = state;
  if (head.auth === 'D') {
    if (held !== forge.n) emit('hold', { ...state, held: forge.n, decided: false, look: 0 });
    if (held === forge.n || !rules.releasesWhatIsHeld) {
      const epoch = Math.max(head.epoch, gate.epoch) + 1;
      emit('release', { ...state, head: { epoch, auth: 'P' } });
    }
  }
  if (head.auth !== 'P') return;
  if (head.epoch > gate.epoch) {
    emit('adopt', { ...state, gate: { open: true, epoch: head.epoch } });
    return;
  }
  const isHeld = held > 0 && !state.decided;
  if (!state.dirty || (isHeld && rules.sendsNothingHeld && rules.waitsForDecision)) return;
  const wins = isNewer(postgres.e, postgres.n, forge.e, forge.n);
  emit('push', { ...state, forge: wins ? postgres : forge, dirty: false });
}

/** The operator is shown both sides, and says which one stays. */
function decide(rules: FailoverRules, state: State, emit: Emit<State>): void {
  const { head, postgres, forge, held, look, gate } = state;
  if (head.auth !== 'P' || held === 0 || state.decided) return;
  const shown = state.shown | postgres.writes | forge.writes;
  if (look !== postgres.n) emit('show', { ...state, look: postgres.n, shown });
  if (look === 0 || (rules.decisionNamesVersion && look !== postgres.n)) return;
  const next = { ...state, dirty: true, look: 0, decided: true };
  const version = { e: gate.epoch, n: postgres.n + 1 };
  emit('adoptRecord', { ...next, postgres: { ...version, writes: forge.writes } });
  const kept = rules.decisionBumps ? { ...version, writes: postgres.writes } : postgres;
  emit('keepRecord', { ...next, postgres: kept });
}

function arrive(state: State, message: Message, emit: Emit<State>): void {
  const { head, gate, postgres } = state;
  if (message.kind === 'reverse') {
    const { item } = message;
    if (gate.open || !isNewer(item.e, item.n, postgres.e, postgres.n)) return;
    emit('reverse.arrives', { ...state, postgres: item });
    return;
  }
  if (message.at !== head.epoch || head.auth !== (message.kind === 'turn' ? 'F' : 'D')) return;
  const auth = message.kind === 'turn' ? 'D' : 'F';
  emit(`${message.kind}.arrives`, { ...state, head: { epoch: head.epoch + 1, auth } });
}

function withMessage(state: State, message: Message): State {
  const all = new Map([...state.sent, message].map((one) => [JSON.stringify(one), one]));
  const sent = [...all].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
  return { ...state, sent };
}
