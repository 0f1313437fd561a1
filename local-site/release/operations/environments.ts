import { z } from 'zod';
import { OK, operation, refusal } from '../operation.ts';
import { ReleaseError } from '../release-error.ts';
import { appName, appOf, environmentId, environmentOf } from './app-of.ts';

const appAndKey = z.object({ id: z.string(), key: z.string() });

export const environmentOperations = [
  operation('forge_cli_getApplicationEnvironmentId', appAndKey, (parts, { id, key }) => ({
    app: appOf(parts, id, () => ({
      name: appName(id),
      environmentByKey: environmentOf(parts, key, (environment) => ({
        id: environmentId(parts, id, environment),
        type: environment.type,
      })),
    })),
  })),

  operation(
    'forge_cli_getEnvironmentByKey',
    z.object({ appAri: z.string(), environmentKey: z.string() }),
    (parts, { appAri, environmentKey }) => ({
      app: appOf(parts, appAri, () => ({
        id: appAri,
        environmentByKey: environmentOf(parts, environmentKey, (environment) => ({
          id: environmentId(parts, appAri, environment),
          appId: appAri,
          key: environment.key,
          type: environment.type,
        })),
      })),
    }),
  ),

  operation(
    'forge_cli_listEnvironment',
    z.object({ id: z.string(), first: z.number(), after: z.string().nullish() }),
    (parts, { id }) => {
      const nodes = [...parts.environments.all()].map((environment) => ({
        id: environmentId(parts, id, environment),
        key: environment.key,
        type: environment.type,
        createdAt: new Date(environment.createdAt).toISOString(),
        versions: { nodes: [] },
      }));
      const pageInfo = { hasNextPage: false, endCursor: null };
      return { app: { environmentsPage: { nodes, pageInfo, totalCount: nodes.length } } };
    },
  ),

  operation(
    'forge_cli_createEnvironment',
    z.object({ input: z.object({ appAri: z.string(), environmentKey: z.string() }) }),
    (parts, { input }) => {
      try {
        parts.environments.create(input.environmentKey);
      } catch (error) {
        if (!(error instanceof ReleaseError)) throw error;
        return { ecosystem: { createAppEnvironment: refusal(error) } };
      }
      return { ecosystem: { createAppEnvironment: OK } };
    },
  ),
];
