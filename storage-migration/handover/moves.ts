import type { Head } from '../bucket/head.ts';

/** The next register of a bucket's head; undefined when the move is not for this head. */
export type Move = (head: Head, bucket: number) => Head | undefined;

/** A move that is the same for every bucket. */
type Step = (head: Head) => Head | undefined;

/** Step `flip`: from Postgres at exactly this epoch to Forge. Reverse replication begins behind the present `seq`. */
export function flip(epoch: number): Step {
  return (head) =>
    head.auth === 'P' && head.epoch === epoch
      ? { ...head, epoch: epoch + 1, auth: 'F', f0: head.seq }
      : undefined;
}

/**
 * Step `seal`: Forge becomes the only holder for good. Only what is back in Postgres is sealed: a write in between moves
 * `seq`, and this move fails. No move leaves a sealed head.
 */
export function seal(isDrained: (head: Head) => boolean): Step {
  return (head) =>
    head.auth === 'F' && isDrained(head)
      ? { ...head, epoch: head.epoch + 1, auth: 'S', f0: head.seq }
      : undefined;
}

/** Step `turn`: Forge takes no more writes, so that what it has can be drained. */
export const turn: Step = (head) =>
  head.auth === 'F' ? { ...head, epoch: head.epoch + 1, auth: 'D' } : undefined;

/** Step `release`: a drained bucket goes back to Postgres at the epoch that all heads are to have. */
export function release(epoch: number, isDrained: (head: Head) => boolean): Step {
  return (head) =>
    head.auth === 'D' && head.epoch < epoch && isDrained(head)
      ? { ...head, epoch, auth: 'P' }
      : undefined;
}

/** Step `raise`: a bucket that is with Postgres comes to the epoch that all heads are to have. */
export function raise(epoch: number): Step {
  return (head) => (head.auth === 'P' && head.epoch < epoch ? { ...head, epoch } : undefined);
}

/** Step `resume`: the abort of a rollback. The log goes on where it is, so its start stays. */
export const resume: Step = (head) =>
  head.auth === 'D' ? { ...head, epoch: head.epoch + 1, auth: 'F' } : undefined;
