import type { Scope, Stage } from 'crossgrade';
import type { Stranded, Loss } from 'crossgrade/handover';
import type { TenantLane } from '../worker/tenant-lane.ts';
import type { TenantFacts } from './tenant-facts.ts';
import type { TenantState } from './tenant-state.ts';
import type { Operator } from './operator.ts';

/** What a command is told beside the tenant. */
export interface CommandInput {
  /** Of `erase`: the records' keys. */
  readonly keys?: readonly string[] | undefined;
  /** Of `verify`: also read every record back. */
  readonly full?: boolean | undefined;
}

/** Why a command would be refused now. */
export interface Refusal {
  readonly code: string;
  readonly reason: string;
}

/** About what a command costs of the installation's quota. */
export interface Units {
  readonly read: number;
  readonly write: number;
}

/** What a plan shows beside its steps, where a command loses or leaves something. */
export interface Findings {
  readonly loss?: Loss;
  /** Records that Forge still holds after Postgres was opened without it. Versions, no values. */
  readonly stranded?: readonly Stranded[];
  /** Open ends that a person has to know of, as sentences. */
  readonly risks?: readonly string[];
  readonly refusals?: readonly Refusal[];
}

/** A plan in the making. */
export interface Planning {
  readonly operator: Operator;
  readonly scope: Scope;
  readonly facts: TenantFacts;
  readonly state: TenantState;
  readonly input: CommandInput;
  readonly lane: () => Promise<TenantLane>;
}

/** A command that is carried out. */
export interface Applying {
  readonly operator: Operator;
  readonly scope: Scope;
  readonly lane: TenantLane;
  readonly input: CommandInput;
  readonly who: string;
  readonly reason: string;
  readonly expectEpoch: number;
}

export interface Outcome {
  /** `undone`: taken back in time, nothing is lost. `different` and `unproven`: what a verification found. */
  readonly outcome: 'done' | 'undone' | 'different' | 'unproven';
  readonly detail: Readonly<Record<string, number | string>>;
}

/** One command: what it is, when it may begin, what it costs, and how it is done. */
export interface CommandDefinition {
  readonly does: string;
  /** Stages it starts from. */
  readonly from: readonly Stage[];
  /** Steps as the model names them, with what each means. */
  readonly steps: readonly string[];
  readonly needsReason: boolean;
  /** Whether it talks to Forge, so that it needs a living token. */
  readonly needsForge: boolean;
  /** Whether the tenant's name has to be typed: it can't be taken back, or loses something. */
  readonly needsConfirm?: boolean;
  /** Whether it takes record keys. */
  readonly takesKeys?: boolean;
  /** There is nothing to do any more. */
  readonly isDone: (facts: TenantFacts) => boolean;
  /** Beyond stage, operation and token, which the plan looks at for every command. */
  readonly refusals?: (planning: Planning) => readonly Refusal[];
  readonly risks: (planning: Planning) => readonly string[];
  readonly units: (planning: Planning) => Units;
  /** Looks that are only made when nothing else speaks against it. */
  readonly look?: (planning: Planning) => Promise<Findings>;
  readonly carryOut: (applying: Applying) => Promise<Outcome>;
}

/** Every stage in which a tenant has a target that is not final. */
export const ENROLLED: readonly Stage[] = [
  ...(['copy', 'verify', 'draining', 'live', 'rewinding', 'settled'] as const),
];

export const DONE: Outcome = { outcome: 'done', detail: {} };

/** A batch of 25 heads is about three units. */
export const lookUnits = (buckets: number): number => Math.ceil(buckets / 25) * 3;
/** A transaction of 24 heads is about three units. */
export const moveUnits = (buckets: number): number => Math.ceil(buckets / 24) * 3;
export const NO_UNITS: Units = { read: 0, write: 0 };
