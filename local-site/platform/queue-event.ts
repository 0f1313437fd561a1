import { z } from 'zod';

/** One event of a push (forge-storage facts, section 10.4). */
const pushedEvent = z.object({
  body: z.record(z.string(), z.unknown()),
  delayInSeconds: z.number().min(0).max(900).optional(),
  concurrency: z.object({ key: z.string(), limit: z.number().int().min(1) }).optional(),
});

/** Body of `POST /webhook/queue/publish/…`. */
export const pushSchema = z.object({
  queueName: z.string().regex(/^[a-zA-Z0-9-_]+$/),
  jobId: z.string().min(1),
  payload: z.array(pushedEvent).min(1),
});

/** Body of `stats` and `cancel`. */
export const jobSchema = z.object({ queueName: z.string(), jobId: z.string() });

export type PushedEvent = z.infer<typeof pushedEvent>;
