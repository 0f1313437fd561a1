import type { Answer } from '../../types.ts';
import { empty, json, operationMessage } from '../answers.ts';
import type { PropertyBag } from '../state/property-bag.ts';
import type { JiraWorld } from '../world.ts';
import { MAX_PROPERTY_LENGTH, propertyKeys } from './property-values.ts';
import { jsonBody, param } from './route.ts';
import type { RestRequest, Route } from './route.ts';
import { SCOPES } from './scope-sets.ts';

/**
 * The reserved property that tells a Forge app the Connect client key of the tenant
 * [documentation of "adopt Forge from Connect", migrate-connect-clientkey]: read-only, not in the listing.
 */
export const CLIENT_KEY_PROPERTY = 'connect_client_key_019cdff3-8bfb-71fe-9628-875b700aebb8';

const PROPERTIES = '/rest/atlassian-connect/1/addons/:addonKey/properties';
const PROPERTY = `${PROPERTIES}/:propertyKey`;
const FORGE_PROPERTY = '/rest/forge/1/app/properties/:propertyKey';
/** The longest key of an app property [Jira's OpenAPI]. */
const MAX_KEY_LENGTH = 127;

const { connectAppData, forgeAppData } = SCOPES;

/**
 * The Connect app's own properties, which a hybrid goes on using under the same key, and the Forge app's, which can be written
 * and deleted but not read by REST.
 */
export const appPropertyRoutes: readonly Route[] = [
  { method: 'GET', path: PROPERTIES, scopes: connectAppData, handle: ofConnect(list) },
  { method: 'GET', path: PROPERTY, scopes: connectAppData, handle: ofConnect(read) },
  { method: 'PUT', path: PROPERTY, scopes: connectAppData, handle: ofConnect(write) },
  { method: 'DELETE', path: PROPERTY, scopes: connectAppData, handle: ofConnect(remove) },
  { method: 'PUT', path: FORGE_PROPERTY, scopes: forgeAppData, handle: ofForge(write) },
  { method: 'DELETE', path: FORGE_PROPERTY, scopes: forgeAppData, handle: ofForge(remove) },
];

type AppHandler = (request: RestRequest, bag: PropertyBag) => Answer;

function ofConnect(handle: AppHandler): Route['handle'] {
  return (request: RestRequest, world: JiraWorld) => {
    const key = param(request, 'addonKey');
    if (world.appKey(request.state) !== key) {
      return operationMessage(401, `The request is not from the app '${key}'.`);
    }
    return handle(request, request.state.connectAppProperties(key));
  };
}

/** As the app only, and only where it runs on Forge [facts on Connect on Forge, 11]. */
function ofForge(handle: AppHandler): Route['handle'] {
  return (request: RestRequest) => {
    const { state, caller } = request;
    if (caller.kind !== 'app' || state.site.generation !== 'hybrid') {
      return operationMessage(403, 'Only a Forge app may do this, as itself.');
    }
    return handle(request, state.forgeAppProperties());
  };
}

function list(request: RestRequest, bag: PropertyBag): Answer {
  const { site } = request.state;
  const app = encodeURIComponent(param(request, 'addonKey'));
  const self = `${site.baseUrl}/rest/atlassian-connect/1/addons/${app}/properties`;
  return json(200, propertyKeys(bag.properties, self));
}

function read(request: RestRequest, { properties }: PropertyBag): Answer {
  const key = param(request, 'propertyKey');
  if (key.length > MAX_KEY_LENGTH) return keyTooLong();
  const { site } = request.state;
  if (key === CLIENT_KEY_PROPERTY && site.generation === 'hybrid') {
    return json(200, { key, value: site.clientKey });
  }
  if (!properties.has(key)) return noProperty(key);
  return json(200, { key, value: properties.get(key) });
}

function write(request: RestRequest, bag: PropertyBag): Answer {
  const key = param(request, 'propertyKey');
  if (key.length > MAX_KEY_LENGTH) return keyTooLong();
  // Which status the platform gives to a write on the reserved property is not documented.
  if (key === CLIENT_KEY_PROPERTY) return operationMessage(400, 'This property is read-only.');
  const parsed = jsonBody(request);
  if (parsed === undefined) return operationMessage(400, 'The value must be valid JSON.');
  if ((request.body?.length ?? 0) > MAX_PROPERTY_LENGTH) {
    return operationMessage(
      400,
      `The value has at most ${String(MAX_PROPERTY_LENGTH)} characters.`,
    );
  }
  const created = !bag.properties.has(key);
  bag.set(key, parsed.value);
  return created
    ? operationMessage(201, `Property '${key}' created.`)
    : operationMessage(200, `Property '${key}' updated.`);
}

function remove(request: RestRequest, bag: PropertyBag): Answer {
  const key = param(request, 'propertyKey');
  if (key.length > MAX_KEY_LENGTH) return keyTooLong();
  return bag.delete(key) ? empty(204) : noProperty(key);
}

function keyTooLong(): Answer {
  return operationMessage(
    400,
    `The property key has at most ${String(MAX_KEY_LENGTH)} characters.`,
  );
}

function noProperty(key: string): Answer {
  return operationMessage(404, `Property with key '${key}' not found.`);
}
