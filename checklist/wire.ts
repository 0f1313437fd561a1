import * as z from 'zod';

/** One line of a checklist. `rank` orders items bytewise, ties by `id`. */
export const listItemSchema = z.object({
  id: z.string(),
  text: z.string(),
  done: z.boolean(),
  mandatory: z.boolean(),
  rank: z.string(),
});
export type ListItem = z.infer<typeof listItemSchema>;

/** One named checklist on one issue. `items` come in order. Times are ISO 8601 in UTC. */
export const listSchema = z.object({
  id: z.string(),
  issueId: z.string(),
  projectId: z.string(),
  name: z.string(),
  rank: z.string(),
  items: z.array(listItemSchema),
  /** The template this list was made from, and the revision it was at then; both or neither. */
  templateId: z.string().nullable(),
  templateRevision: z.number().int().nullable(),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type List = z.infer<typeof listSchema>;

export const templateItemSchema = z.object({
  id: z.string(),
  text: z.string(),
  mandatory: z.boolean(),
  rank: z.string(),
});
export type TemplateItem = z.infer<typeof templateItemSchema>;

/** A project's template. `revision` begins at 1 and grows by one with every update. */
export const templateSchema = z.object({
  id: z.string(),
  projectId: z.string(),
  name: z.string(),
  revision: z.number().int(),
  items: z.array(templateItemSchema),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type Template = z.infer<typeof templateSchema>;

/** The value of the issue's entity property `checklist`: what JQL can ask for. */
export const progressSchema = z.object({
  done: z.number().int(),
  total: z.number().int(),
  required: z.number().int(),
  openRequired: z.number().int(),
});
export type Progress = z.infer<typeof progressSchema>;

export const listsAnswerSchema = z.object({ lists: z.array(listSchema) });
export const templatesAnswerSchema = z.object({ templates: z.array(templateSchema) });

/** Answer of `GET /api/panel`. `replaced`: the move has ended, and the newer panel takes the place of this one. */
export const panelAnswerSchema = z.object({ replaced: z.boolean() });
