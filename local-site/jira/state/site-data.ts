import { dashboardFromDocument, dashboardView } from './dashboard-record.ts';
import type { DashboardRecord } from './dashboard-record.ts';
import type { IssueRecord } from './issue-record.ts';
import { projectFromDocument, projectToDocument } from './project-record.ts';
import type { ProjectRecord } from './project-record.ts';
import type { SiteDocument } from './site-document.ts';

type Properties = Map<string, unknown>;

/** Everything that Jira holds of one site, in the form in which it is used. */
export interface SiteData {
  readonly counters: SiteDocument['counters'];
  readonly projects: Map<string, ProjectRecord>;
  readonly dashboards: Map<string, DashboardRecord>;
  readonly issuesById: Map<string, IssueRecord>;
  readonly issuesByKey: Map<string, IssueRecord>;
  readonly connectAppProperties: Map<string, Properties>;
  readonly forgeAppProperties: Properties;
}

/** A new site. Ids of projects, issues, dashboards and gadgets begin with 10000, as on a new Jira site. */
export function emptyData(): SiteData {
  const start = 9_999;
  return {
    counters: {
      ...{ project: start, issue: start, dashboard: start, gadget: start, rule: 0 },
      changelog: start,
    },
    projects: new Map(),
    dashboards: new Map(),
    issuesById: new Map(),
    issuesByKey: new Map(),
    connectAppProperties: new Map(),
    forgeAppProperties: new Map(),
  };
}

/** What was kept, in the form in which it is used. */
export function dataFrom(document: SiteDocument, issues: Iterable<IssueRecord>): SiteData {
  const data: SiteData = {
    ...emptyData(),
    counters: { ...document.counters },
    projects: new Map(document.projects.map((each) => [each.key, projectFromDocument(each)])),
    dashboards: new Map(document.dashboards.map((each) => [each.id, dashboardFromDocument(each)])),
    connectAppProperties: new Map(
      Object.entries(document.connectAppProperties).map(([key, properties]) => [
        key,
        new Map(Object.entries(properties)),
      ]),
    ),
    forgeAppProperties: new Map(Object.entries(document.forgeAppProperties)),
  };
  for (const issue of issues) {
    const project = data.projects.get(issue.projectKey);
    if (project !== undefined) enterIssue(data, project, issue);
  }
  return data;
}

export function enterIssue(data: SiteData, project: ProjectRecord, issue: IssueRecord): void {
  project.issues.set(issue.id, issue);
  data.issuesById.set(issue.id, issue);
  data.issuesByKey.set(issue.key, issue);
}

/** What is kept besides the issues. */
export function documentOf(data: SiteData): SiteDocument {
  const connectAppProperties = [...data.connectAppProperties].map(
    ([key, properties]) => [key, Object.fromEntries(properties)] as const,
  );
  return {
    counters: { ...data.counters },
    projects: [...data.projects.values()].map(projectToDocument),
    dashboards: [...data.dashboards.values()].map((dashboard) => {
      const { gadgets, ...rest } = dashboardView(dashboard);
      return { ...rest, gadgets: gadgets.map((gadget) => ({ ...gadget })) };
    }),
    connectAppProperties: Object.fromEntries(connectAppProperties),
    forgeAppProperties: Object.fromEntries(data.forgeAppProperties),
  };
}
