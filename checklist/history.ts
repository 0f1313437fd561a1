import * as z from 'zod';

/** What a person did, in the past tense. New kinds may be added, old ones never change meaning. */
export const historyActionSchema = z.enum([
  'list_added',
  'list_renamed',
  'list_moved',
  'list_deleted',
  'item_added',
  'item_ticked',
  'item_unticked',
  'item_edited',
  'item_moved',
  'item_deleted',
  'template_applied',
  'template_created',
  'template_updated',
  'template_deleted',
  'setting_changed',
  'issue_forgotten',
]);
export type HistoryAction = z.infer<typeof historyActionSchema>;

/** One line of the append-only history, written in the transaction of the change it tells of. */
export interface HistoryEvent {
  readonly action: HistoryAction;
  /** Null for templates and settings, which belong to no issue. */
  readonly issueId: string | null;
  readonly listId: string | null;
  readonly itemId: string | null;
  /** Atlassian account id; null for the app itself and for webhooks. */
  readonly actor: string | null;
  /** Small facts: names, ids, flags. Never the text of an item, so that erasing an item erases its text. */
  readonly detail: Readonly<Record<string, string | number | boolean | null>>;
  /** ISO 8601, UTC. */
  readonly at: string;
}

const historyEventSchema: z.ZodType<HistoryEvent> = z.strictObject({
  action: historyActionSchema,
  issueId: z.string().nullable(),
  listId: z.uuid().nullable(),
  itemId: z.uuid().nullable(),
  actor: z.string().nullable(),
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  at: z.iso.datetime(),
});

/**
 * What a function tells the server after it has written in Forge: lines for the history, and the issues whose progress is
 * due. The server keeps both; it takes no data from here.
 */
export const writtenSchema = z.strictObject({
  events: z.array(historyEventSchema).max(100),
  issueIds: z.array(z.string().regex(/^[0-9]{1,19}$/)).max(100),
});
export type Written = z.infer<typeof writtenSchema>;
