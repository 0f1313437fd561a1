import type { IssueSeed, Site } from '../types.ts';
import { IssueRecord } from './issue-record.ts';

/** One project of a site. */
export interface Project {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly properties: Map<string, unknown>;
}

interface ProjectState extends Project {
  /** In order of creation. */
  readonly issues: Map<string, IssueRecord>;
  lastNumber: number;
}

/**
 * What Jira knows about one site. Ids count up from 10000 on every site, as they do in production: two sites share
 * their issue ids and issue keys, and only the tenant tells them apart.
 */
export class SiteState {
  readonly site: Site;
  /** Connect app properties by app key. */
  readonly appProperties = new Map<string, Map<string, unknown>>();
  readonly #projects = new Map<string, ProjectState>();
  readonly #issuesById = new Map<string, IssueRecord>();
  readonly #issuesByKey = new Map<string, IssueRecord>();
  #lastProjectId = 9_999;
  #lastIssueId = 9_999;

  constructor(site: Site) {
    this.site = site;
  }

  /** Makes a project, or answers the one that has the key already. */
  addProject(key: string, name: string): Project {
    const present = this.#projects.get(key);
    if (present !== undefined) return present;
    const project: ProjectState = {
      id: String(++this.#lastProjectId),
      key,
      name,
      properties: new Map(),
      issues: new Map(),
      lastNumber: 0,
    };
    this.#projects.set(key, project);
    return project;
  }

  /** Makes an issue with the next number of its project. Throws when the project does not exist. */
  addIssue(seed: IssueSeed, createdAt: number): IssueRecord {
    const project = this.#projects.get(seed.projectKey);
    if (project === undefined) {
      throw new Error(`Site ${this.site.slug} has no project ${seed.projectKey}: add it first.`);
    }
    const issue = new IssueRecord(
      {
        id: String(++this.#lastIssueId),
        key: `${project.key}-${++project.lastNumber}`,
        projectId: project.id,
        createdAt,
      },
      seed,
    );
    project.issues.set(issue.id, issue);
    this.#issuesById.set(issue.id, issue);
    this.#issuesByKey.set(issue.key, issue);
    return issue;
  }

  issue(idOrKey: string): IssueRecord | undefined {
    return this.#issuesById.get(idOrKey) ?? this.#issuesByKey.get(idOrKey.toUpperCase());
  }

  /** Removes an issue for good; its number is never used again. */
  removeIssue(issue: IssueRecord): void {
    this.#issuesById.delete(issue.id);
    this.#issuesByKey.delete(issue.key);
    this.#projects.get(issue.projectKey)?.issues.delete(issue.id);
  }

  projects(): readonly Project[] {
    return [...this.#projects.values()];
  }

  project(idOrKey: string): Project | undefined {
    const byKey = this.#projects.get(idOrKey.toUpperCase());
    return byKey ?? this.projects().find((project) => project.id === idOrKey);
  }

  /** Issues in order of creation, of one project or of the site. Never copies the list. */
  issues(projectKey?: string): Iterable<IssueRecord> {
    if (projectKey === undefined) return this.#issuesById.values();
    return this.#projects.get(projectKey)?.issues.values() ?? [];
  }

  issueCount(projectKey?: string): number {
    if (projectKey === undefined) return this.#issuesById.size;
    return this.#projects.get(projectKey)?.issues.size ?? 0;
  }
}
