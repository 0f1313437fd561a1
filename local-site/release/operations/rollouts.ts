import { z } from 'zod';
import { OK, operation, refusal } from '../operation.ts';
import { ReleaseError } from '../release-error.ts';
import type { ReleaseParts } from '../release-parts.ts';
import type { Rollout } from '../rollouts.ts';
import { appOf, environmentId, environmentOf } from './app-of.ts';
import { majorOfId, versionNodes } from './versions.ts';

/** Ours: the real platform lowers a limit of the caller's to 1,800 as well [doc]. */
const MOST_UPGRADES = 1_800;

/** `forge version bulk-upgrade`: start, list, cancel. */
export const rolloutOperations = [
  operation(
    'forge_cli_createAppVersionUpgradeRollout',
    z.object({
      input: z.object({
        sourceVersionId: z.string(),
        targetVersionId: z.string(),
        limit: z.number().optional(),
      }),
    }),
    async (parts, { input }) => {
      try {
        const { rollout, limit } = await start(parts, input);
        const total = rollout.completed + rollout.failed;
        return {
          ecosystem: {
            createAppVersionRollout: {
              ...OK,
              appVersionRollout: { id: rollout.id, status: 'RUNNING', upgradeLimit: limit },
              totalEligibleUpgrades: total,
              expectedRemainingUpgrades: 0,
            },
          },
        };
      } catch (error) {
        const createAppVersionRollout = refusal(refusedRollout(error));
        return { ecosystem: { createAppVersionRollout } };
      }
    },
  ),

  operation(
    'forge_cli_getAppVersionRolloutsList',
    z.object({ appId: z.string(), environmentKey: z.string() }),
    (parts, { appId, environmentKey }) => ({
      app: appOf(parts, appId, () => ({
        environmentByKey: environmentOf(parts, environmentKey, (environment) => ({
          id: environmentId(parts, appId, environment),
          type: environment.type,
          versions: { nodes: versionNodes(parts, appId, environment) },
          appVersionRollouts: { nodes: parts.rollouts.of(environment.key).map(rolloutNode) },
        })),
      })),
    }),
  ),

  operation(
    'forge_cli_getAppVersionRollout',
    z.object({ appRolloutId: z.string() }),
    ({ rollouts }, { appRolloutId }) => {
      const rollout = rollouts.find(appRolloutId);
      return {
        ecosystem: { appVersionRollout: rollout === undefined ? null : rolloutNode(rollout) },
      };
    },
  ),

  operation(
    'forge_cli_cancelAppVersionUpgradeRollout',
    z.object({ input: z.object({ id: z.string() }) }),
    () => {
      const error = new ReleaseError('APP_ROLLOUT_NOT_RUNNING', 'This bulk upgrade has ended.');
      return { ecosystem: { cancelAppVersionRollout: refusal(error) } };
    },
  ),
];

async function start(
  parts: ReleaseParts,
  input: { sourceVersionId: string; targetVersionId: string; limit?: number | undefined },
): Promise<{ rollout: Rollout; limit: number }> {
  const { sourceVersionId, targetVersionId, limit = MOST_UPGRADES } = input;
  const environment = [...parts.environments.all()].find(({ name }) =>
    parts.platform.versions(name).some((app) => sourceVersionId.includes(`/${app.environmentId}/`)),
  );
  const fromMajor = majorOfId(sourceVersionId);
  const toMajor = majorOfId(targetVersionId);
  if (environment === undefined || fromMajor === undefined || toMajor === undefined) {
    throw new ReleaseError('APP_NOT_FOUND', 'There are no such versions.', 404);
  }
  const createdAt = parts.clock.now();
  const { completed, failed } = await parts.platform.bulkUpgrade({
    ...{ environment: environment.name, fromMajor, toMajor, limit },
  });
  const rollout = parts.rollouts.add({
    appId: parts.platform.versions(environment.name)[0]?.appId ?? '',
    environmentKey: environment.key,
    ...{ sourceVersionId, targetVersionId, createdAt, completed, failed },
    completedAt: parts.clock.now(),
  });
  return { rollout, limit };
}

function rolloutNode(rollout: Rollout): unknown {
  const { completed, failed, createdAt, completedAt, ...named } = rollout;
  return {
    ...named,
    appEnvironmentId: rollout.environmentKey,
    createdAt: new Date(createdAt).toISOString(),
    completedAt: new Date(completedAt).toISOString(),
    status: 'COMPLETE',
    upgradeLimit: null,
    progress: {
      completedUpgradeCount: completed,
      failedUpgradeCount: failed,
      pendingUpgradeCount: 0,
    },
  };
}

/** The platform's refusals under the names that the command line has words for [code, Forge CLI 13.3.0]. */
function refusedRollout(error: unknown): ReleaseError {
  if (error instanceof ReleaseError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'INTERNAL';
  const message = error instanceof Error ? error.message : String(error);
  const known: Readonly<Record<string, string>> = {
    bulk_upgrade_running: 'APP_ROLLOUT_RUNNING',
    unknown_version: 'APP_NOT_FOUND',
  };
  return new ReleaseError(known[code] ?? code, message, 400, { cause: error });
}
