import type { ReleaseParts } from '../release-parts.ts';
import { placeholderId } from '../environments.ts';
import type { Environment } from '../environments.ts';
import { latestVersion } from '../deployments.ts';

/**
 * The field `app` of an answer: null for an app that is not the one deployed here, and any app before the first deploy. A
 * local site has one app.
 */
export function appOf<Fields>(
  parts: ReleaseParts,
  id: string,
  fields: () => Fields,
): Fields | null {
  for (const environment of parts.environments.all()) {
    const deployed = latestVersion(parts, environment);
    if (deployed !== undefined && deployed.appId !== id) return null;
  }
  return fields();
}

/** The field `environmentByKey`: null for one that does not exist. */
export function environmentOf<Fields>(
  parts: ReleaseParts,
  key: string,
  fields: (environment: Environment) => Fields,
): Fields | null {
  const environment = parts.environments.find(key);
  return environment === undefined ? null : fields(environment);
}

/** Id of an environment: the platform's own once something is deployed there. */
export function environmentId(
  parts: ReleaseParts,
  appId: string,
  environment: Environment,
): string {
  return latestVersion(parts, environment)?.environmentId ?? placeholderId(appId, environment.key);
}

/** What people call the app: nothing else names it in a manifest. */
export function appName(appId: string): string {
  return `app ${appId.slice(appId.lastIndexOf('/') + 1).slice(0, 8)}`;
}
