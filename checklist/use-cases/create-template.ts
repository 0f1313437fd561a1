import { overLimit } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import type { CreateTemplateBody } from '../requests.ts';
import type { ProjectScope, Supplies } from '../scope.ts';
import type { ChecklistStore } from '../store.ts';
import type { Template } from '../wire.ts';
import { templateEvent, templateItems } from './template-parts.ts';

/** Creates a template, revision 1, in the caller's project. Throws `over_limit`, `id_taken`. */
export async function createTemplate(
  store: ChecklistStore,
  scope: ProjectScope,
  body: CreateTemplateBody,
  supplies: Supplies,
): Promise<Template> {
  const at = supplies.now().toISOString();
  const template: Template = {
    id: body.id ?? supplies.newId(),
    projectId: scope.projectId,
    name: body.name,
    revision: 1,
    items: templateItems(body.items, supplies),
    createdAt: at,
    updatedAt: at,
  };
  return store.change({ on: 'project', projectId: scope.projectId }, async (unit) => {
    const others = await unit.templatesOfProject(scope.projectId);
    if (others.length >= LIMITS.templatesPerProject) throw overLimit('templatesPerProject');
    await unit.insertTemplate(template);
    await unit.record(templateEvent(scope, 'template_created', template, at));
    return template;
  });
}
