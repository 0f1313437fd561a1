import type { ProjectScope } from '../scope.ts';
import type { ChecklistReader } from '../store.ts';
import type { Template } from '../wire.ts';

/** The project's templates by name. Empty only when the store knows there are none. */
export async function readTemplates(
  reader: ChecklistReader,
  scope: Pick<ProjectScope, 'projectId'>,
): Promise<Template[]> {
  return reader.templatesOfProject(scope.projectId);
}
