import type { User, WorkflowTransition } from '../../types.ts';
import type { IssueRecord } from '../state/issue-record.ts';
import type { Project } from '../state/project-record.ts';
import type { SiteState } from '../state/site-state.ts';
import { userOf } from '../users.ts';
import { CATEGORIES, statusOf } from '../workflows/standard-workflow.ts';
import { Entity, fromJson } from './values.ts';
import type { Value } from './values.ts';

/*
 * Jira's types in expressions, with the members that the local site has. The others that Jira documents are named, so that using
 * one is reported and not taken for a mistake of the app.
 */

export function issueEntity(state: SiteState, issue: IssueRecord): Entity {
  const person = (id: string | undefined): Value => userById(state, id);
  return new Entity(
    'Issue',
    {
      id: () => Number(issue.id),
      key: () => issue.key,
      summary: () => issue.summary,
      status: () => statusEntity(issue.statusId),
      issueType: () =>
        new Entity('IssueType', { name: () => issue.type }, [
          'id',
          'description',
          'iconUrl',
          'properties',
        ]),
      project: () => {
        const project = state.project(issue.projectKey);
        return project === undefined ? null : projectEntity(project);
      },
      properties: () => propertiesEntity(issue.properties),
      assignee: () => person(issue.assigneeId),
      reporter: () => person(issue.reporterId ?? state.site.users[0]?.accountId),
      labels: () => issue.labels,
    },
    (
      'attachments changelogs closedSprints color comments components created creator description dueDate environment epic ' +
      'fixVersions flagged isEpic links originalEstimate parent priority remainingEstimate resolution resolutionDate ' +
      'securityLevel sprint stories subtasks timeSpent updated versions votes watchers worklogs'
    ).split(' '),
  );
}

export function projectEntity(project: Project): Entity {
  return new Entity(
    'Project',
    {
      id: () => Number(project.id),
      key: () => project.key,
      name: () => project.name,
      projectTypeKey: () => 'software',
      properties: () => propertiesEntity(project.properties),
    },
    ['style', 'description', 'lead', 'issueTypes'],
  );
}

export function userEntity(user: User): Entity {
  return new Entity(
    'User',
    { accountId: () => user.accountId, displayName: () => user.displayName },
    ['groups', 'properties', 'locale', 'timeZone', 'avatarUrls', 'getPropertyKeys', 'key', 'name'],
  );
}

export function userById(state: SiteState, id: string | undefined): Entity | null {
  const user = userOf(state.site, id);
  return user === undefined ? null : userEntity(user);
}

export function statusEntity(id: string): Entity {
  const status = statusOf(id);
  return new Entity(
    'IssueStatus',
    {
      id: () => Number(status.id),
      name: () => status.name,
      category: () =>
        new Entity(
          'IssueStatusCategory',
          {
            id: () => CATEGORIES[status.category].id,
            key: () => status.category,
            name: () => CATEGORIES[status.category].name,
          },
          ['colorName'],
        ),
    },
    ['description', 'iconUrl'],
  );
}

export function transitionEntity(transition: WorkflowTransition, fromStatusId: string): Entity {
  return new Entity(
    'Transition',
    {
      id: () => Number(transition.id),
      name: () => transition.name,
      from: () => statusEntity(fromStatusId),
      to: () => statusEntity(transition.to),
    },
    ['hasScreen'],
  );
}

/** `issue.properties['key']`, `issue.properties.key`, `issue.properties.get('key')`: null for a property that is not there. */
function propertiesEntity(properties: ReadonlyMap<string, unknown>): Value {
  const values = Object.fromEntries(
    [...properties].map(([key, value]) => [key, fromJson(value)] as const),
  );
  return { ...values, keys: () => [...properties.keys()] };
}
