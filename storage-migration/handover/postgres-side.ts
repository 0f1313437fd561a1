import type { Head } from '../bucket/head.ts';
import type { SendContext } from '../copy/send-context.ts';
import type { Slice } from '../copy/source.ts';
import type { StoredValue } from '../copy/read-value.ts';
import type { Stage } from '../terms.ts';

export interface Gate {
  readonly isOpen: boolean;
  readonly epoch: number;
}

export interface StageChange {
  readonly from: readonly Stage[];
  readonly to: Stage;
  readonly who: string;
  readonly action: string;
  readonly evidence?: string;
  readonly reason?: string;
  /**
   * The operation that this step belongs to. Another one that has begun meanwhile has overtaken it, and the step is refused.
   * Absent: this step begins an operation.
   */
  readonly operation?: string;
  /** The tenant may be changed although a condition stands beside its stage: only ways back may. (Default: false) */
  readonly despiteCondition?: boolean;
}

/**
 * Postgres as a hand-over of one tenant sees it. The only door through which `cutover`, `rollback`, `converge`, `recover`,
 * `reverse` and `drain` touch it: in SQL for real (`postgres/handover`), in memory in the simulation. Every method may reject
 * for a lost connection, and then nothing is known about its effect.
 */
export interface PostgresSide {
  /** The gate as it stands; open at epoch 1 for a scope that nobody has written yet. */
  readGate(): Promise<Gate>;
  /**
   * Step `close`: no write is taken any more, and every write that was under way has ended. False when open transactions
   * did not end within `waitMs`, or when the gate does not stand open at `epoch`; then nothing has changed.
   */
  closeGate(epoch: number, waitMs: number): Promise<boolean>;
  /**
   * Step `open`: Postgres takes writes again at `epoch`, or, when it takes them already, gives its versions from there on.
   * False when the gate has been at that epoch or above: the observation was old. Throws `stage.unexpected` when the tenant
   * was ended meanwhile.
   */
  openGate(epoch: number): Promise<boolean>;
  /**
   * Step `reopen`: takes a close back at its own epoch. Only for the operation that closed and has made no flip ready, ever, at
   * this epoch: a late flip would make Forge an authority beside the open gate. False when another operation has begun, or
   * when the gate does not stand closed at `epoch`.
   */
  reopenGate(epoch: number, operation: string): Promise<boolean>;
  /** Step `snapshot`: dirty records that the backfill has passed, by bucket, with the gate's epoch of the same moment. */
  dirty(limit: number): Promise<ReadonlyMap<number, Slice>>;
  /** Dirty marks in all, also those that were set aside or lie beyond a cursor. */
  dirtyCount(): Promise<number>;
  /** Up to which `seq` each bucket has come back from Forge; a bucket of which nothing has is left out. */
  positions(): Promise<ReadonlyMap<number, number>>;
  /**
   * Step `reverse`: applies what Forge wrote and moves the position, in one transaction and at a closed gate only. A batch
   * that does not move the position forward is late and is dropped whole; one of an earlier incarnation is refused
   * (`stage.unexpected`). Returns how many records were newer. Throws
   * `split_brain` and `record.not_reversible`.
   */
  applyReverse(
    bucket: number,
    position: number,
    records: ReadonlyMap<string, StoredValue>,
  ): Promise<number>;
  /** Undefined when the scope was never enrolled. */
  stage(): Promise<Stage | undefined>;
  /**
   * Moves the tenant to another stage, with its audit row in the same transaction. The heads stay the truth about
   * authority: the stage follows them. Returns the operation, for its later steps. Throws `stage.unexpected` when
   * the tenant is in none of the stages named, or when another operation has begun.
   */
  changeStage(change: StageChange): Promise<string>;
  /** The newest clean scrub of the last 24 hours at this epoch. */
  cleanPass(incarnation: number, epoch: number): Promise<string | undefined>;
  /** Compares the digests of all heads with Postgres' own. */
  compareDigests(send: SendContext, shouldStop: () => boolean): Promise<Comparison>;
}

export interface Comparison {
  readonly result: 'clean' | 'different' | 'abandoned';
  /** Every head that was found equal, as it was then. All of them when the result is `clean`. */
  readonly heads: ReadonlyMap<number, Head>;
}
