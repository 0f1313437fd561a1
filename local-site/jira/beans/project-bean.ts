import type { Site } from '../../types.ts';
import type { Project } from '../state/project-record.ts';

/** Jira's `Project`, the part that a project search gives too. */
export function projectBean(site: Site, project: Project): Record<string, unknown> {
  return {
    self: `${site.baseUrl}/rest/api/3/project/${project.id}`,
    id: project.id,
    key: project.key,
    name: project.name,
    projectTypeKey: 'software',
    simplified: false,
    style: 'classic',
    isPrivate: false,
    properties: {},
  };
}
