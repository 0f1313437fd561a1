import type { Answer } from '../../types.ts';
import { empty, jiraError, json } from '../answers.ts';
import type { PropertyBag } from '../state/property-bag.ts';
import { jsonBody } from './route.ts';
import type { RestRequest } from './route.ts';

/** The longest value of an entity property in characters of JSON [Jira's OpenAPI]. */
export const MAX_PROPERTY_LENGTH = 32_768;
/** The longest key of an entity property [Jira's OpenAPI]. */
const MAX_PROPERTY_KEY_LENGTH = 255;

/** The answer body of a listing; `self` is the address of the listing itself. */
export function propertyKeys(properties: ReadonlyMap<string, unknown>, self: string): unknown {
  const keys = [...properties.keys()].map((key) => ({
    key,
    self: `${self}/${encodeURIComponent(key)}`,
  }));
  return { keys };
}

/** `GET …/properties` */
export function listProperties(bag: PropertyBag, self: string): Answer {
  return json(200, propertyKeys(bag.properties, self));
}

/** `GET …/properties/{key}` */
export function readProperty(bag: PropertyBag, key: string): Answer {
  if (!bag.properties.has(key)) return jiraError(404, `There is no property '${key}'.`);
  return json(200, { key, value: bag.properties.get(key) });
}

/** `PUT …/properties/{key}`: 201 for a new one, 200 for a changed one, 400 for a value that is not JSON or too long. */
export function writeProperty(bag: PropertyBag, key: string, request: RestRequest): Answer {
  if (key.length > MAX_PROPERTY_KEY_LENGTH) {
    return jiraError(
      400,
      `A property key has at most ${String(MAX_PROPERTY_KEY_LENGTH)} characters.`,
    );
  }
  const parsed = jsonBody(request);
  if (parsed === undefined) return jiraError(400, 'The property value must be valid JSON.');
  if ((request.body?.length ?? 0) > MAX_PROPERTY_LENGTH) {
    return jiraError(
      400,
      `A property value has at most ${String(MAX_PROPERTY_LENGTH)} characters.`,
    );
  }
  const created = !bag.properties.has(key);
  bag.set(key, parsed.value);
  return empty(created ? 201 : 200);
}

/** `DELETE …/properties/{key}` */
export function deleteProperty(bag: PropertyBag, key: string): Answer {
  if (!bag.delete(key)) return jiraError(404, `There is no property '${key}'.`);
  return empty(204);
}
