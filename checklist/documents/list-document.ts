import * as z from 'zod';
import { byRank } from '../rank.ts';
import type { List } from '../wire.ts';

/**
 * A list as it is kept at Atlassian, one custom-entity record per list. Only shapes an entity takes: no null (a key is left
 * out instead), no blank text, whole numbers of 32 bits, times as text (forge-storage: entity attribute types). Items stand in
 * order, and every document of equal lists is equal, so that copies can be compared byte for byte.
 */
export const listDocumentSchema = z.strictObject({
  id: z.string(),
  issueId: z.string(),
  projectId: z.string(),
  name: z.string(),
  rank: z.string(),
  items: z.array(
    z.strictObject({
      id: z.string(),
      text: z.string(),
      done: z.boolean(),
      mandatory: z.boolean(),
      rank: z.string(),
    }),
  ),
  templateId: z.string().optional(),
  templateRevision: z.number().int().optional(),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type ListDocument = z.infer<typeof listDocumentSchema>;

/** The document of a list. Pure; invents and cuts nothing. */
export function listDocument(list: List): ListDocument {
  const { templateId, templateRevision } = list;
  return {
    id: list.id,
    issueId: list.issueId,
    projectId: list.projectId,
    name: list.name,
    rank: list.rank,
    items: [...list.items]
      .sort(byRank)
      .map(({ id, text, done, mandatory, rank }) => ({ id, text, done, mandatory, rank })),
    ...(templateId === null ? {} : { templateId }),
    ...(templateRevision === null ? {} : { templateRevision }),
    createdAt: list.createdAt,
    updatedAt: list.updatedAt,
  };
}

/** The list a document tells of. Throws zod's error when it is no such document; never answers an empty list instead. */
export function listFromDocument(document: unknown): List {
  const { templateId, templateRevision, ...rest } = listDocumentSchema.parse(document);
  return { ...rest, templateId: templateId ?? null, templateRevision: templateRevision ?? null };
}
