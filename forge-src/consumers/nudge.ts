import { z } from 'zod';

/** Key of the queue in the manifest. */
export const MIGRATION_QUEUE = 'migration';

const nudgeV1 = z.object({ v: z.literal(1), kind: z.literal('nudge') });
const progressV1 = z.object({
  v: z.literal(1),
  kind: z.literal('progress'),
  issueIds: z.array(z.string()),
});
const payload = z.discriminatedUnion('kind', [nudgeV1, progressV1]);

/**
 * What travels through the queue. Each payload carries its version, because the consumer also gets what earlier versions of
 * the app have queued (`crossVersion`), and a rollout may be cancelled half way.
 */
export type Nudge = z.infer<typeof payload>;

/** Asks the server to look at this installation's upgrade again. Carries no data: the server knows what is due. */
export function nudge(): Nudge {
  return { v: 1, kind: 'nudge' };
}

/** Tells the server that the progress of these issues has changed. */
export function progressNudge(issueIds: readonly string[]): Nudge {
  return { v: 1, kind: 'progress', issueIds: [...issueIds] };
}

/** The payload, or undefined when it is of a version or kind that this version does not know. */
export function readNudge(body: unknown): Nudge | undefined {
  return payload.safeParse(body).data;
}
