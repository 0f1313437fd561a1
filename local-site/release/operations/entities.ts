import { z } from 'zod';
import { latestVersion } from '../deployments.ts';
import { operation } from '../operation.ts';
import { appName, appOf, environmentId, environmentOf } from './app-of.ts';

/** Two operations of one name [code, Forge CLI 13.3.0]: the client id of an environment, and the entities behind it. */
export const entityOperations = [
  operation(
    'forge_cli_getAppOauthClientIdDetails',
    z.object({ id: z.string(), key: z.string() }),
    (parts, { id, key }) => ({
      app: appOf(parts, id, () => ({
        name: appName(id),
        environmentByKey: environmentOf(parts, key, (environment) => ({
          id: environmentId(parts, id, environment),
          type: environment.type,
          oauthClient: { clientID: clientId(environment.key) },
        })),
      })),
    }),
  ),

  operation(
    'forge_cli_getAppOauthClientIdDetails',
    z.object({ oauthClientId: z.string() }),
    (parts, { oauthClientId }) => {
      const environment = [...parts.environments.all()].find(
        ({ key }) => clientId(key) === oauthClientId,
      );
      if (environment === undefined) return { ersLifecycle: { doneEntitiesFromERS: [] } };
      const status = parts.platform.isIndexing(environment.name) ? 'CREATING' : 'ACTIVE';
      const entities = latestVersion(parts, environment)?.entities ?? [];
      return {
        ersLifecycle: {
          doneEntitiesFromERS: entities.map(({ name, indexes }) => ({
            // The command line cuts off three parts that the platform puts before the name.
            name: `local_${oauthClientId}_app_${name}`,
            status,
            indexes: [
              { name: 'by-key', partition: [], range: ['key'], status },
              ...indexes.map((index) => ({ ...index, status })),
            ],
          })),
        },
      };
    },
  ),
];

function clientId(environmentKey: string): string {
  return `client-of-${environmentKey}`;
}
