import * as z from 'zod';
import { byRank } from '../rank.ts';
import type { Template } from '../wire.ts';

/** A template as it is kept at Atlassian, one custom-entity record per template; see `listDocumentSchema` for the rules. */
export const templateDocumentSchema = z.strictObject({
  id: z.string(),
  projectId: z.string(),
  name: z.string(),
  revision: z.number().int(),
  items: z.array(
    z.strictObject({ id: z.string(), text: z.string(), mandatory: z.boolean(), rank: z.string() }),
  ),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type TemplateDocument = z.infer<typeof templateDocumentSchema>;

/** The document of a template. Pure; invents and cuts nothing. */
export function templateDocument(template: Template): TemplateDocument {
  return {
    id: template.id,
    projectId: template.projectId,
    name: template.name,
    revision: template.revision,
    items: [...template.items]
      .sort(byRank)
      .map(({ id, text, mandatory, rank }) => ({ id, text, mandatory, rank })),
    createdAt: template.createdAt,
    updatedAt: template.updatedAt,
  };
}

/** The template a document tells of. Throws zod's error when it is no such document. */
export function templateFromDocument(document: unknown): Template {
  return templateDocumentSchema.parse(document);
}
