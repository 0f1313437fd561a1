import * as z from 'zod';

/** The body of every answer that is not 2xx. `message` and `next` are sentences for a person; `limit` is the published maximum. */
export const wireErrorSchema = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    field: z.string().optional(),
    limit: z.number().optional(),
    next: z.string().optional(),
  }),
});
export type WireError = z.infer<typeof wireErrorSchema>;
