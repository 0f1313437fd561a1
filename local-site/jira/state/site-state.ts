import type { IssueSeed, Site, WorkflowTransition } from '../../types.ts';
import { JiraError } from '../jira-error.ts';
import { FIRST_STATUS_ID } from '../workflows/standard-workflow.ts';
import type { DashboardRecord, GadgetRecord } from './dashboard-record.ts';
import { IssueRecord } from './issue-record.ts';
import type { JiraStore, SiteChanges } from './jira-store.ts';
import { newProject } from './project-record.ts';
import type { Project, ProjectRecord } from './project-record.ts';
import { bagOf } from './property-bag.ts';
import type { PropertyBag } from './property-bag.ts';
import { dataFrom, documentOf, emptyData, enterIssue } from './site-data.ts';
import type { SiteData } from './site-data.ts';
import type { SiteDocument } from './site-document.ts';
import { Unsaved } from './unsaved.ts';

type Counter = keyof SiteDocument['counters'];
/** What a person or an app may change about an issue. */
export type IssueEdit = Partial<
  Pick<IssueRecord, 'summary' | 'description' | 'statusId' | 'assigneeId' | 'labels'>
>;

/** A copy of what Jira knows about a site. */
export type SiteContents = Pick<SiteChanges, 'document' | 'issues'>;

/**
 * What Jira knows about one site. Ids count up from 10000 on every site, as they do in production: two sites share
 * their issue ids and issue keys, and only the tenant tells them apart.
 *
 * Everything that changes it goes through its methods, which see to it that the store has it soon.
 */
export class SiteState {
  readonly site: Site;
  #data: SiteData;
  readonly #unsaved: Unsaved;

  constructor(site: Site, store?: JiraStore) {
    this.site = site;
    this.#unsaved = new Unsaved(store, site.cloudId, () => documentOf(this.#data));
    const stored = store?.load(site.cloudId);
    this.#data = stored === undefined ? emptyData() : dataFrom(stored.document, stored.issues);
  }

  /** The next number of a sequence of this site. */
  next(counter: Counter): number {
    this.#unsaved.changed();
    return ++this.#data.counters[counter];
  }

  /** Makes a project, or answers the one that has the key already. */
  addProject(key: string, name: string): Project {
    const present = this.#data.projects.get(key);
    if (present !== undefined) return present;
    const project = newProject(String(this.next('project')), key, name);
    this.#data.projects.set(key, project);
    return project;
  }

  /** Takes a project away with all its issues. */
  removeProject(project: Project): void {
    for (const issue of [...this.issues(project.key)]) this.removeIssue(issue);
    this.#data.projects.delete(project.key);
    this.#unsaved.changed();
  }

  setGrant(project: Project, permission: string, ids: ReadonlySet<string> | undefined): void {
    const { grants } = this.#record(project);
    if (ids === undefined) grants.delete(permission);
    else grants.set(permission, ids);
    this.#unsaved.changed();
  }

  setTransitions(project: Project, transitions: readonly WorkflowTransition[]): void {
    this.#record(project).transitions = transitions;
    this.#unsaved.changed();
  }

  /** Makes an issue with the next number of its project. Throws when the project does not exist. */
  addIssue(seed: IssueSeed, createdAt: number, reporterId?: string): IssueRecord {
    const project = this.#data.projects.get(seed.projectKey);
    if (project === undefined) {
      const message = `Site ${this.site.slug} has no project ${seed.projectKey}: add it first.`;
      throw new JiraError('UNKNOWN_PROJECT', message);
    }
    const id = String(this.next('issue'));
    const key = `${project.key}-${++project.lastNumber}`;
    const identity = { id, key, projectId: project.id, createdAt, statusId: FIRST_STATUS_ID };
    const issue = new IssueRecord(identity, seed);
    issue.reporterId = reporterId;
    enterIssue(this.#data, project, issue);
    this.#unsaved.changedIssue(issue);
    return issue;
  }

  editIssue(issue: IssueRecord, edit: IssueEdit, at: number): void {
    Object.assign(issue, edit);
    issue.updatedAt = at;
    this.#unsaved.changedIssue(issue);
  }

  /** Removes an issue for good; its number is never used again. */
  removeIssue(issue: IssueRecord): void {
    this.#data.issuesById.delete(issue.id);
    this.#data.issuesByKey.delete(issue.key);
    this.#data.projects.get(issue.projectKey)?.issues.delete(issue.id);
    this.#unsaved.goneIssue(issue);
  }

  issue(idOrKey: string): IssueRecord | undefined {
    return this.#data.issuesById.get(idOrKey) ?? this.#data.issuesByKey.get(idOrKey.toUpperCase());
  }

  /** Issues in order of creation, of one project or of the site. Never copies the list. */
  issues(projectKey?: string): Iterable<IssueRecord> {
    if (projectKey === undefined) return this.#data.issuesById.values();
    return this.#data.projects.get(projectKey)?.issues.values() ?? [];
  }

  issueCount(projectKey?: string): number {
    if (projectKey === undefined) return this.#data.issuesById.size;
    return this.#data.projects.get(projectKey)?.issues.size ?? 0;
  }

  projects(): readonly Project[] {
    return [...this.#data.projects.values()];
  }

  project(idOrKey: string): Project | undefined {
    const byKey = this.#data.projects.get(idOrKey.toUpperCase());
    return byKey ?? this.projects().find((project) => project.id === idOrKey);
  }

  dashboards(): readonly DashboardRecord[] {
    return [...this.#data.dashboards.values()];
  }

  dashboard(id: string): DashboardRecord | undefined {
    return this.#data.dashboards.get(id);
  }

  addDashboard(name: string, ownerAccountId: string): DashboardRecord {
    const id = String(this.next('dashboard'));
    const dashboard: DashboardRecord = { id, name, ownerAccountId, gadgets: [] };
    this.#data.dashboards.set(id, dashboard);
    return dashboard;
  }

  removeDashboard(id: string): boolean {
    const gone = this.#data.dashboards.delete(id);
    if (gone) this.#unsaved.changed();
    return gone;
  }

  /** Changes a dashboard's gadgets in place. */
  changeGadgets(dashboard: DashboardRecord, change: (gadgets: GadgetRecord[]) => void): void {
    change(dashboard.gadgets);
    this.#unsaved.changed();
  }

  issueProperties(issue: IssueRecord): PropertyBag {
    return {
      properties: issue.properties,
      set: (key, value) => {
        issue.setProperty(key, value);
        this.#unsaved.changedIssue(issue);
      },
      delete: (key) => {
        const gone = issue.deleteProperty(key);
        if (gone) this.#unsaved.changedIssue(issue);
        return gone;
      },
    };
  }

  projectProperties(project: Project): PropertyBag {
    return this.#bag(this.#record(project).properties);
  }

  gadgetProperties(gadget: GadgetRecord): PropertyBag {
    return this.#bag(gadget.properties);
  }

  /** Properties of the Connect app with this key, which a hybrid of the same key goes on using. */
  connectAppProperties(appKey: string): PropertyBag {
    const properties = this.#data.connectAppProperties.get(appKey) ?? new Map<string, unknown>();
    this.#data.connectAppProperties.set(appKey, properties);
    return this.#bag(properties);
  }

  forgeAppProperties(): PropertyBag {
    return this.#bag(this.#data.forgeAppProperties);
  }

  /** A copy of everything, for {@link SiteState.replace} of this site or of another one. */
  contents(): SiteContents {
    const issues = [...this.issues()].map((issue) => issue.toRow());
    return structuredClone({ document: documentOf(this.#data), issues });
  }

  /** Forgets what there is and takes the copy instead. */
  replace({ document, issues }: SiteContents): void {
    for (const issue of this.issues()) this.#unsaved.goneIssue(issue);
    this.#data = dataFrom(
      structuredClone(document),
      issues.map((row) => IssueRecord.fromRow(structuredClone(row))),
    );
    for (const issue of this.issues()) this.#unsaved.changedIssue(issue);
    this.#unsaved.changed();
  }

  /** Writes what has changed to the store now. */
  flush(): void {
    this.#unsaved.flush();
  }

  #bag(properties: Map<string, unknown>): PropertyBag {
    return bagOf(properties, () => {
      this.#unsaved.changed();
    });
  }

  #record(project: Project): ProjectRecord {
    const record = this.#data.projects.get(project.key);
    if (record === undefined) {
      throw new JiraError('UNKNOWN_PROJECT', `Project ${project.key} has been deleted.`);
    }
    return record;
  }
}
