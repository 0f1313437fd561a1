import type { Answer } from '../../types.ts';
import { jiraError, json } from '../answers.ts';
import type { DashboardRecord } from '../state/dashboard-record.ts';
import type { RestRequest, Route } from './route.ts';
import { param } from './route.ts';
import { isAdministrator } from './permission-routes.ts';
import { SCOPES } from './scope-sets.ts';
import { anybodyBean } from '../beans/user-bean.ts';

/** Dashboards. Each is shared with everybody who is logged in; only its owner and administrators may change it. */
export const dashboardRoutes: readonly Route[] = [
  {
    ...{ method: 'GET', path: '/rest/api/3/dashboard', scopes: SCOPES.readDashboard, handle: list },
    query: ['startAt', 'maxResults'],
  },
  {
    ...{ method: 'GET', path: '/rest/api/3/dashboard/:id', scopes: SCOPES.readDashboard },
    handle: read,
  },
];

function list(request: RestRequest): Answer {
  const { state, query } = request;
  const startAt = Number(query.get('startAt') ?? 0);
  const maxResults = Number(query.get('maxResults') ?? 20);
  if (
    !Number.isInteger(startAt) ||
    startAt < 0 ||
    !Number.isInteger(maxResults) ||
    maxResults < 0
  ) {
    return jiraError(400, 'startAt and maxResults must be whole numbers.');
  }
  const all = state.dashboards();
  const page = all.slice(startAt, startAt + maxResults);
  return json(200, {
    ...{ startAt, maxResults, total: all.length },
    dashboards: page.map((dashboard) => bean(request, dashboard)),
  });
}

function read(request: RestRequest): Answer {
  const dashboard = request.state.dashboard(param(request, 'id'));
  if (dashboard !== undefined) return json(200, bean(request, dashboard));
  return jiraError(404, `The dashboard with id '${param(request, 'id')}' does not exist.`);
}

/** Whether the caller may change the dashboard. */
export function mayEditDashboard(request: RestRequest, dashboard: DashboardRecord): boolean {
  const { caller } = request;
  const own = caller.kind === 'user' && caller.accountId === dashboard.ownerAccountId;
  return own || isAdministrator(request);
}

function bean(request: RestRequest, dashboard: DashboardRecord): unknown {
  const { id, name, ownerAccountId } = dashboard;
  const { site } = request.state;
  const owner = anybodyBean(site, ownerAccountId);
  return {
    ...{ id, name, isFavourite: false, popularity: 0, systemDashboard: false },
    ...(owner === null ? {} : { owner: shortOwner(owner) }),
    self: `${site.baseUrl}/rest/api/3/dashboard/${id}`,
    view: `${site.baseUrl}/jira/dashboards/${id}`,
    sharePermissions: [{ type: 'authenticated' }],
    editPermissions: [],
    isWritable: mayEditDashboard(request, dashboard),
  };
}

/** A dashboard's owner is described by fewer members than a user elsewhere [OpenAPI, `UserBean`]. */
function shortOwner(owner: Readonly<Record<string, unknown>>): unknown {
  const { self, accountId, displayName, active } = owner;
  return { self, accountId, displayName, active, avatarUrls: {} };
}
