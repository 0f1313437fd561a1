import { notFound } from '../errors.ts';
import type { UpdateTemplateBody } from '../requests.ts';
import type { ProjectScope, Supplies } from '../scope.ts';
import type { ChecklistStore } from '../store.ts';
import type { Template } from '../wire.ts';
import { templateEvent, templateItems } from './template-parts.ts';

/**
 * Publishes the next revision of a template. Lists made from an earlier revision stay as they are. Items keep their ids when
 * sent with them. Throws `not_found`, also for a template of another project, and `id_taken`.
 */
export async function updateTemplate(
  store: ChecklistStore,
  scope: ProjectScope,
  templateId: string,
  body: UpdateTemplateBody,
  supplies: Supplies,
): Promise<Template> {
  const at = supplies.now().toISOString();
  const items = templateItems(body.items, supplies);
  return store.change({ on: 'template', templateId }, async (unit) => {
    const old = await unit.template(templateId);
    if (old?.projectId !== scope.projectId) throw notFound('template');
    const template = { ...old, name: body.name, items, revision: old.revision + 1, updatedAt: at };
    await unit.replaceTemplate(template);
    await unit.record(templateEvent(scope, 'template_updated', template, at));
    return template;
  });
}
