import type { Answer } from '../../types.ts';
import { empty, json, operationMessage } from '../answers.ts';
import { MAX_PROPERTY_LENGTH } from './property-values.ts';
import { jsonBody, param } from './route.ts';
import type { RestRequest, RestWorld, Route } from './route.ts';

/**
 * The reserved property that tells a Forge app the Connect client key of the tenant
 * [documentation of "adopt Forge from Connect", migrate-connect-clientkey]: read-only, not in the listing.
 */
export const CLIENT_KEY_PROPERTY = 'connect_client_key_019cdff3-8bfb-71fe-9628-875b700aebb8';

const PROPERTIES = '/rest/atlassian-connect/1/addons/:addonKey/properties';
const PROPERTY = `${PROPERTIES}/:propertyKey`;
/** The longest key of an app property [Jira's OpenAPI]. */
const MAX_KEY_LENGTH = 127;

/** The Connect app's own properties, which a hybrid goes on using under the same key. */
export const appPropertyRoutes: readonly Route[] = [
  { method: 'GET', path: PROPERTIES, handle: guarded(list) },
  { method: 'GET', path: PROPERTY, handle: guarded(read) },
  { method: 'PUT', path: PROPERTY, handle: guarded(write) },
  { method: 'DELETE', path: PROPERTY, handle: guarded(remove) },
];

type AppHandler = (request: RestRequest, properties: Map<string, unknown>) => Answer;

function guarded(handle: AppHandler): Route['handle'] {
  return (request: RestRequest, world: RestWorld) => {
    const key = param(request, 'addonKey');
    if (world.appKey(request.state) !== key) {
      return operationMessage(401, `The request is not from the app '${key}'.`);
    }
    const { appProperties } = request.state;
    const properties = appProperties.get(key) ?? new Map<string, unknown>();
    appProperties.set(key, properties);
    return handle(request, properties);
  };
}

function list(request: RestRequest, properties: Map<string, unknown>): Answer {
  const { site } = request.state;
  const app = encodeURIComponent(param(request, 'addonKey'));
  const self = `${site.baseUrl}/rest/atlassian-connect/1/addons/${app}/properties`;
  const keys = [...properties.keys()].map((key) => ({
    key,
    self: `${self}/${encodeURIComponent(key)}`,
  }));
  return json(200, { keys });
}

function read(request: RestRequest, properties: Map<string, unknown>): Answer {
  const key = param(request, 'propertyKey');
  if (key.length > MAX_KEY_LENGTH) return keyTooLong();
  const { site } = request.state;
  if (key === CLIENT_KEY_PROPERTY && site.generation === 'hybrid') {
    return json(200, { key, value: site.clientKey });
  }
  if (!properties.has(key)) return noProperty(key);
  return json(200, { key, value: properties.get(key) });
}

function write(request: RestRequest, properties: Map<string, unknown>): Answer {
  const key = param(request, 'propertyKey');
  if (key.length > MAX_KEY_LENGTH) return keyTooLong();
  // Which status the platform gives to a write on the reserved property is not documented.
  if (key === CLIENT_KEY_PROPERTY) return operationMessage(400, 'This property is read-only.');
  const parsed = jsonBody(request);
  if (parsed === undefined) return operationMessage(400, 'The value must be valid JSON.');
  if ((request.body?.length ?? 0) > MAX_PROPERTY_LENGTH) {
    return operationMessage(400, `The value has at most ${MAX_PROPERTY_LENGTH} characters.`);
  }
  const created = !properties.has(key);
  properties.set(key, parsed.value);
  return created
    ? operationMessage(201, `Property '${key}' created.`)
    : operationMessage(200, `Property '${key}' updated.`);
}

function remove(request: RestRequest, properties: Map<string, unknown>): Answer {
  const key = param(request, 'propertyKey');
  if (key.length > MAX_KEY_LENGTH) return keyTooLong();
  return properties.delete(key) ? empty(204) : noProperty(key);
}

function keyTooLong(): Answer {
  return operationMessage(400, `The property key has at most ${MAX_KEY_LENGTH} characters.`);
}

function noProperty(key: string): Answer {
  return operationMessage(404, `Property with key '${key}' not found.`);
}
