import * as z from 'zod';

/** Every code the JSON API answers with. The last four come from the server around the rules, not from them. */
const wireErrorCodes = [
  'not_found',
  'over_limit',
  'id_taken',
  'malformed',
  'unauthenticated',
  'forbidden',
  'database_unavailable',
  'handover_in_progress',
  'internal',
] as const;

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
