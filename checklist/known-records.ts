import * as z from 'zod';

/** Answer of `GET /forge/known`: ids of records that may be there although a query of Forge does not show them yet. */
export const knownRecordsSchema = z.object({
  listIds: z.array(z.uuid()).readonly(),
  templateIds: z.array(z.uuid()).readonly(),
});
export type KnownRecords = z.infer<typeof knownRecordsSchema>;
