import { z } from 'zod';
import { OK, operation } from '../operation.ts';
import { appName, appOf, environmentOf } from './app-of.ts';

const environment = z.object({ appId: z.string(), key: z.string() });

/** `forge variables`. A value counts from the next deploy on, as on the real platform. */
export const variableOperations = [
  operation(
    'forge_cli_setAppEnvironmentVariable',
    z.object({
      input: z.object({
        environment,
        environmentVariable: z.object({
          key: z.string(),
          value: z.string(),
          encrypt: z.boolean().nullish(),
        }),
      }),
    }),
    (parts, { input }) => {
      const { key, value, encrypt } = input.environmentVariable;
      const { variables } = parts.environments.get(input.environment.key);
      variables.set(key, { value, encrypt: encrypt === true });
      return { setAppEnvironmentVariable: OK };
    },
  ),

  operation(
    'forge_cli_deleteAppEnvironmentVariable',
    z.object({ input: z.object({ environment, key: z.string() }) }),
    (parts, { input }) => {
      parts.environments.get(input.environment.key).variables.delete(input.key);
      return { deleteAppEnvironmentVariable: OK };
    },
  ),

  operation('forge_cli_getAppEnvironmentVariables', environment, (parts, { appId, key }) => ({
    app: appOf(parts, appId, () => ({
      name: appName(appId),
      description: null,
      environmentByKey: environmentOf(parts, key, ({ variables }) => ({
        id: key,
        variables: [...variables].map(([name, { value, encrypt }]) => ({
          key: name,
          value: encrypt ? null : value,
          encrypt,
        })),
      })),
    })),
  })),
];
