import type { Caller } from '../../types.ts';
import { projectBean } from '../beans/project-bean.ts';
import type { Change } from '../change.ts';
import type { Project } from '../state/project-record.ts';
import type { SiteState } from '../state/site-state.ts';
import { eventBase } from './actor.ts';

/**
 * A project is about to go for good (`project_deleted`, `avi:jira:deleted:project`) or into the bin
 * (`project_soft_deleted`, `avi:jira:softdeleted:project`). Its issues go without a word of their own [Forge docs: cascading
 * events are not emitted].
 */
export function projectDeleted(
  state: SiteState,
  project: Project,
  happened: { readonly soft: boolean; readonly caller?: Caller | undefined; readonly at: number },
): Change {
  const { soft, caller, at } = happened;
  const bean = projectBean(state.site, project);
  const webhook = soft ? 'project_soft_deleted' : 'project_deleted';
  const event = soft ? 'avi:jira:softdeleted:project' : 'avi:jira:deleted:project';
  return {
    ...(caller === undefined ? {} : { caller }),
    webhooks: [
      {
        event: webhook,
        body: {
          timestamp: at,
          webhookEvent: webhook,
          project: { ...bean, id: Number(project.id), avatarUrls: {} },
        },
        values: new Map([
          ['project.id', project.id],
          ['project.key', project.key],
        ]),
      },
    ],
    events: [{ event, payload: { ...eventBase(event, caller, at), project: bean } }],
  };
}
