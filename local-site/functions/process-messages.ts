import { z } from 'zod';

/** What the child says; the other direction is described at the head of `child.cjs`. */
export const childMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('pong') }),
  /** The child is no longer sound: nothing new may go to it. */
  z.object({ type: z.literal('spoilt') }),
  /** The app reached for something of Node that the local site does not model. */
  z.object({ type: z.literal('unmodelled'), what: z.string() }),
  z.object({
    type: z.literal('result'),
    id: z.number(),
    result: z.discriminatedUnion('success', [
      z.object({ success: z.literal(true), text: z.string().optional() }),
      z.object({
        success: z.literal(false),
        error: z.object({
          errorMessage: z.string(),
          errorType: z.string(),
          stack: z.array(z.string()),
        }),
      }),
    ]),
  }),
  z.object({
    type: z.literal('log'),
    invocationId: z.string().optional(),
    level: z.enum(['debug', 'log', 'info', 'warn', 'error']),
    text: z.string(),
    dropped: z.number().optional(),
  }),
]);
