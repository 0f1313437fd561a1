import { notFound } from '../errors.ts';
import type { ProjectScope, Supplies } from '../scope.ts';
import type { ChecklistStore } from '../store.ts';
import { templateEvent } from './template-parts.ts';

/** Deletes a template. Lists made from it stay and keep its id. Throws `not_found`, also the second time. */
export async function deleteTemplate(
  store: ChecklistStore,
  scope: ProjectScope,
  templateId: string,
  supplies: Supplies,
): Promise<void> {
  const at = supplies.now().toISOString();
  await store.change({ on: 'template', templateId }, async (unit) => {
    const template = await unit.template(templateId);
    if (template?.projectId !== scope.projectId) throw notFound('template');
    await unit.deleteTemplate(templateId);
    await unit.record(templateEvent(scope, 'template_deleted', template, at));
  });
}
