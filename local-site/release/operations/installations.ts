import { z } from 'zod';
import type { Site } from '../../types.ts';
import { latestVersion } from '../deployments.ts';
import type { Environment } from '../environments.ts';
import { OK, operation, refusal } from '../operation.ts';
import { ReleaseError } from '../release-error.ts';
import type { ReleaseParts } from '../release-parts.ts';
import { siteOfAri, workspaceAri } from './sites.ts';
import { majorOfId, versionNode } from './versions.ts';

/** Where the app is installed on Forge: the site and the environment it follows. */
interface Placement {
  readonly site: Site;
  readonly installationId: string;
  readonly environment: Environment;
}

const contextInput = z.looseObject({
  installationContext: z.string(),
  appId: z.string(),
  environmentKey: z.string(),
  versionId: z.string().optional(),
});
const filterSchema = z.object({
  appEnvironments: z.object({ types: z.array(z.string()) }).optional(),
  appInstallations: z
    .object({ contexts: z.array(z.string()).optional(), ids: z.array(z.string()).optional() })
    .optional(),
});
type Filter = z.infer<typeof filterSchema>;

export const installationOperations = [
  operation('forge_cli_installApplication', z.object({ input: contextInput }), (parts, { input }) =>
    task('installApp', () => {
      refuseOptions(parts, 'install', input, ['licenseOverride', 'overrides']);
      const environment = parts.environments.get(input.environmentKey);
      const majorVersion = majorOfId(input.versionId);
      const site = siteOf(parts, input.installationContext);
      return parts.tasks.start(async () => {
        refuseInstall(parts, site, environment);
        await parts.install(site, {
          environment: environment.name,
          ...(majorVersion === undefined ? {} : { majorVersion }),
        });
      });
    }),
  ),

  operation('forge_cli_upgradeApplication', z.object({ input: contextInput }), (parts, { input }) =>
    task('upgradeApp', () => {
      refuseOptions(parts, 'install --upgrade', input, ['versionId', 'computeOnly']);
      const site = siteOf(parts, input.installationContext);
      if (parts.platform.pending(site) === undefined) {
        const message = 'The installation already has the latest version.';
        throw new ReleaseError('INSTALLATION_ALREADY_UPGRADED', message);
      }
      return parts.tasks.start(() => parts.platform.approve(site));
    }),
  ),

  operation(
    'forge_cli_uninstallApplication',
    z.object({ input: z.looseObject({ appId: z.string(), installationId: z.string() }) }),
    (parts, { input }) =>
      task('uninstallApp', () => {
        const found = placements(parts).find(
          ({ installationId }) => installationId === input.installationId,
        );
        if (found === undefined) {
          throw new ReleaseError('INSTALLATION_NOT_FOUND', 'There is no such installation.', 404);
        }
        return parts.tasks.start(() => parts.uninstall(found.site));
      }),
  ),

  operation('forge_cli_getInstallationTask', z.object({ id: z.string() }), ({ tasks }, { id }) => {
    const found = tasks.find(id);
    if (found === undefined) return { appInstallationTask: null };
    const errors = found.error === undefined ? [] : refusal(found.error).errors;
    return { appInstallationTask: { state: found.state, errors } };
  }),

  operation(
    'forge_cli_hasNoAppInstallationsForEnv',
    z.object({ filter: filterSchema }),
    (parts, { filter }) => ({
      ecosystem: { appInstallationsByApp: { totalCount: matching(parts, filter).length } },
    }),
  ),

  operation(
    'forge_cli_getEcosystemInstallationsByApp',
    z.object({ filter: filterSchema, first: z.number(), after: z.string().nullish() }),
    (parts, { filter }) => ({
      ecosystem: {
        appInstallationsByApp: {
          nodes: matching(parts, filter).map((placement) => installationNode(parts, placement)),
          pageInfo: { hasNextPage: false, endCursor: null },
        },
      },
    }),
  ),
];

/** The mutation `field` with the id of the task that `begin` started, or with its refusal. */
function task(field: string, begin: () => string): unknown {
  try {
    return { [field]: { ...OK, taskId: begin() } };
  } catch (error) {
    if (!(error instanceof ReleaseError)) throw error;
    return { [field]: { ...refusal(error), taskId: null } };
  }
}

function siteOf(parts: ReleaseParts, ari: string): Site {
  const site = siteOfAri(parts.sites(), ari);
  if (site === undefined) throw new ReleaseError('SITE_NOT_FOUND', `There is no site ${ari}.`, 404);
  return site;
}

/** A site holds one installation per Connect key, whichever environment it comes from [doc `adopt:devloop`]. */
function refuseInstall(parts: ReleaseParts, site: Site, environment: Environment): void {
  const installed = parts.platform.appOn(site);
  if (installed !== undefined) {
    const message = `The app is already installed on ${site.slug}.`;
    throw new ReleaseError('APP_ALREADY_INSTALLED', message, 409);
  }
  const deployed = latestVersion(parts, environment);
  if (deployed === undefined) {
    throw new ReleaseError('NOT_DEPLOYED', `Nothing is deployed to ${environment.name}.`);
  }
}

/** What the local site cannot do must not look as if it had been done. */
function refuseOptions(
  { register }: ReleaseParts,
  command: string,
  input: Readonly<Record<string, unknown>>,
  options: readonly string[],
): void {
  const asked = options.find((option) => input[option] !== undefined && input[option] !== null);
  if (asked === undefined) return;
  register.refuse('Forge CLI', `${command} with ${asked}`);
  throw new ReleaseError('NOT_MODELLED', `The local site does not model ${asked}.`, 501);
}

function placements(parts: ReleaseParts): Placement[] {
  return [...parts.sites()].flatMap((site): Placement[] => {
    const installed = parts.platform.appOn(site);
    if (installed === undefined || site.installationId === undefined) return [];
    for (const environment of parts.environments.all()) {
      if (latestVersion(parts, environment)?.environmentId === installed.environmentId) {
        return [{ site, installationId: site.installationId, environment }];
      }
    }
    return [];
  });
}

function matching(parts: ReleaseParts, { appEnvironments, appInstallations }: Filter): Placement[] {
  return placements(parts).filter(
    ({ site, installationId, environment }) =>
      (appEnvironments?.types.includes(environment.type) ?? true) &&
      (appInstallations?.contexts?.includes(workspaceAri(site)) ?? true) &&
      (appInstallations?.ids?.includes(installationId) ?? true),
  );
}

function installationNode(parts: ReleaseParts, placement: Placement): unknown {
  const { site, installationId, environment } = placement;
  const installed = parts.platform.appOn(site);
  if (installed === undefined) return null;
  const isLatest = parts.platform.pending(site) === undefined;
  const version = versionNode(parts, installed, isLatest);
  return {
    id: installationId,
    installationContext: workspaceAri(site),
    secondaryInstallationContexts: [],
    appEnvironment: { key: environment.key, type: environment.type },
    appEnvironmentVersion: version,
    computeVersion: version,
  };
}
