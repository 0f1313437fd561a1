import type { Answer } from '../../types.ts';
import { empty, jiraError, json } from '../answers.ts';
import { jsonBody } from './route.ts';
import type { RestRequest } from './route.ts';

/** The longest value of an entity property in characters of JSON [Jira's OpenAPI]. */
export const MAX_PROPERTY_LENGTH = 32_768;
/** The longest key of an entity property [Jira's OpenAPI]. */
const MAX_PROPERTY_KEY_LENGTH = 255;

/** `GET …/properties` */
export function listProperties(properties: Map<string, unknown>, self: string): Answer {
  const keys = [...properties.keys()].map((key) => ({
    key,
    self: `${self}/${encodeURIComponent(key)}`,
  }));
  return json(200, { keys });
}

/** `GET …/properties/{key}` */
export function readProperty(properties: Map<string, unknown>, key: string): Answer {
  if (!properties.has(key)) return jiraError(404, `There is no property '${key}'.`);
  return json(200, { key, value: properties.get(key) });
}

/** `PUT …/properties/{key}`: 201 for a new one, 200 for a changed one, 400 for a value that is not JSON or too long. */
export function writeProperty(
  properties: Map<string, unknown>,
  key: string,
  request: RestRequest,
): Answer {
  if (key.length > MAX_PROPERTY_KEY_LENGTH) {
    return jiraError(400, `A property key has at most ${MAX_PROPERTY_KEY_LENGTH} characters.`);
  }
  const parsed = jsonBody(request);
  if (parsed === undefined) return jiraError(400, 'The property value must be valid JSON.');
  if ((request.body?.length ?? 0) > MAX_PROPERTY_LENGTH) {
    return jiraError(400, `A property value has at most ${MAX_PROPERTY_LENGTH} characters.`);
  }
  const created = !properties.has(key);
  properties.set(key, parsed.value);
  return empty(created ? 201 : 200);
}

/** `DELETE …/properties/{key}` */
export function deleteProperty(properties: Map<string, unknown>, key: string): Answer {
  if (!properties.delete(key)) return jiraError(404, `There is no property '${key}'.`);
  return empty(204);
}
