import * as z from 'zod';

/**
 * Where a site stands in its move, in the terms a customer's page may know. The steps inside are not shown.
 *
 * - `live`, `settled`: Atlassian's store serves the checklists and the vendor's copy follows, so that it can be undone.
 * - `rewinding`: they are being brought back to the vendor's store.
 * - `final`: the move has ended and can't be undone.
 */
export const upgradeStateSchema = z.enum([
  'connect',
  'waiting',
  'copying',
  'checking',
  'checked',
  'live',
  'rewinding',
  'settled',
  'final',
  'needs-attention',
]);
export type UpgradeState = z.infer<typeof upgradeStateSchema>;

/** A record that could not be copied as it is. It stays where it is; nothing of it was cut. */
export const setAsideSchema = z.object({
  key: z.string(),
  /** What it is, in words: `Checklist "Release"`. */
  what: z.string(),
  /** Why, in a sentence. */
  reason: z.string(),
  issueId: z.string().nullable(),
});
export type SetAside = z.infer<typeof setAsideSchema>;

/** Answer of `GET /api/upgrade`, of `GET /forge/upgrade` and of the resolver `upgradeStatus`. Times are ISO 8601. */
export const upgradeStatusSchema = z.object({
  state: upgradeStateSchema,
  /** Which store serves the checklists. Left out by servers that know of no hand-over: the vendor's. */
  servedFrom: z.enum(['vendor', 'atlassian']).optional(),
  recordsTotal: z.number().int(),
  recordsCopied: z.number().int(),
  /** Differences found by the last check; null before the first. */
  differences: z.number().int().nullable(),
  startedAt: z.string().nullable(),
  lastCheckedAt: z.string().nullable(),
  expectedEndAt: z.string().nullable(),
  setAside: z.array(setAsideSchema),
  link: z.object({
    state: z.enum(['unlinked', 'linked', 'conflict']),
    channels: z.array(z.string()),
    reason: z.string().nullable(),
  }),
});
export type UpgradeStatus = z.infer<typeof upgradeStatusSchema>;
