import type { Answer } from '../../types.ts';
import { jiraError } from '../answers.ts';
import type { DashboardRecord, GadgetRecord } from '../state/dashboard-record.ts';
import { mayEditDashboard } from './dashboard-routes.ts';
import { deleteProperty, listProperties, readProperty, writeProperty } from './property-values.ts';
import { param } from './route.ts';
import type { RestRequest, Route } from './route.ts';
import { SCOPES } from './scope-sets.ts';

const PROPERTIES = '/rest/api/3/dashboard/:dashboardId/items/:itemId/properties';
const PROPERTY = `${PROPERTIES}/:propertyKey`;

/** Properties of what is placed on a dashboard: where a Connect dashboard item keeps its configuration. */
export const dashboardItemRoutes: readonly Route[] = [
  { method: 'GET', path: PROPERTIES, scopes: SCOPES.readItemProperty, handle: list },
  { method: 'GET', path: PROPERTY, scopes: SCOPES.readItemProperty, handle: read },
  { method: 'PUT', path: PROPERTY, scopes: SCOPES.writeItemProperty, handle: write },
  { method: 'DELETE', path: PROPERTY, scopes: SCOPES.deleteItemProperty, handle: remove },
];

function list(request: RestRequest): Answer {
  const item = itemOf(request);
  if (item === undefined) return noItem(request);
  const { site } = request.state;
  const { dashboard, gadget } = item;
  const self = `${site.baseUrl}/rest/api/3/dashboard/${dashboard.id}/items/${gadget.id}/properties`;
  return listProperties(request.state.gadgetProperties(gadget), self);
}

function read(request: RestRequest): Answer {
  const item = itemOf(request);
  if (item === undefined) return noItem(request);
  const bag = request.state.gadgetProperties(item.gadget);
  return readProperty(bag, param(request, 'propertyKey'));
}

function write(request: RestRequest): Answer {
  const item = itemOf(request);
  if (item === undefined) return noItem(request);
  if (!mayEditDashboard(request, item.dashboard)) return notOwner();
  const bag = request.state.gadgetProperties(item.gadget);
  return writeProperty(bag, param(request, 'propertyKey'), request);
}

function remove(request: RestRequest): Answer {
  const item = itemOf(request);
  if (item === undefined) return noItem(request);
  if (!mayEditDashboard(request, item.dashboard)) return notOwner();
  const bag = request.state.gadgetProperties(item.gadget);
  return deleteProperty(bag, param(request, 'propertyKey'));
}

function itemOf(
  request: RestRequest,
): { readonly dashboard: DashboardRecord; readonly gadget: GadgetRecord } | undefined {
  const dashboard = request.state.dashboard(param(request, 'dashboardId'));
  const gadget = dashboard?.gadgets.find(({ id }) => id === param(request, 'itemId'));
  return dashboard === undefined || gadget === undefined ? undefined : { dashboard, gadget };
}

function noItem(request: RestRequest): Answer {
  return jiraError(404, `The dashboard item '${param(request, 'itemId')}' does not exist.`);
}

function notOwner(): Answer {
  return jiraError(403, 'You do not have permission to edit this dashboard.');
}
