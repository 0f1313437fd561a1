import type { WorkflowTransition } from '../../types.ts';
import { standardTransitions } from '../workflows/standard-workflow.ts';
import type { IssueRecord } from './issue-record.ts';
import type { ProjectDocument } from './site-document.ts';

/** One project of a site, as others see it. */
export interface Project {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly properties: ReadonlyMap<string, unknown>;
  /** Permissions that only these account ids have; a permission that is not here has its default. */
  readonly grants: ReadonlyMap<string, ReadonlySet<string>>;
  readonly transitions: readonly WorkflowTransition[];
}

/** One project as `SiteState` changes it. */
export interface ProjectRecord extends Project {
  readonly properties: Map<string, unknown>;
  readonly grants: Map<string, ReadonlySet<string>>;
  transitions: readonly WorkflowTransition[];
  /** In order of creation. */
  readonly issues: Map<string, IssueRecord>;
  /** Number of the last issue; numbers are never used again. */
  lastNumber: number;
}

export function newProject(id: string, key: string, name: string): ProjectRecord {
  return {
    ...{ id, key, name, lastNumber: 0 },
    properties: new Map(),
    grants: new Map(),
    transitions: standardTransitions(),
    issues: new Map(),
  };
}

export function projectFromDocument(document: ProjectDocument): ProjectRecord {
  return {
    ...newProject(document.id, document.key, document.name),
    lastNumber: document.lastNumber,
    properties: new Map(Object.entries(document.properties)),
    grants: new Map(Object.entries(document.grants).map(([key, ids]) => [key, new Set(ids)])),
    transitions: document.transitions.map(({ rules, ...transition }) => ({
      ...transition,
      rules: rules.map(({ configuration, ...rule }) =>
        configuration === undefined ? rule : { ...rule, configuration },
      ),
    })),
  };
}

export function projectToDocument(project: ProjectRecord): ProjectDocument {
  const { id, key, name, lastNumber, properties, grants, transitions } = project;
  return {
    ...{ id, key, name, lastNumber },
    properties: Object.fromEntries(properties),
    grants: Object.fromEntries([...grants].map(([permission, ids]) => [permission, [...ids]])),
    transitions: transitions.map((transition) => ({
      ...transition,
      from: [...transition.from],
      rules: [...transition.rules],
    })),
  };
}
