import type { Installation } from './installations.ts';
import type { PlatformSwitches } from './switches.ts';

/** The licence as functions and the FIT show it, cut down to what the local site knows. */
export interface ShownLicence extends Readonly<Record<string, unknown>> {
  readonly active: boolean;
  /** Deprecated by the platform, still there. */
  readonly isActive: boolean;
}

/** The licence of the app on a site. There is one for paid apps in production only (`function-reference/arguments`). */
export function licenceOf({
  app,
  site,
}: Pick<Installation, 'app' | 'site'>): ShownLicence | undefined {
  if (!app.licensed || app.environmentType !== 'PRODUCTION') return undefined;
  const active = (site.licence ?? 'active') === 'active';
  return { active, isActive: active };
}

/** What `filter.appIsLicensed` asks. Where there is no licence at all the switch `licensedByDefault` decides. */
export function isLicensed(
  installation: Pick<Installation, 'app' | 'site'>,
  switches: Pick<PlatformSwitches, 'licensedByDefault'>,
): boolean {
  return licenceOf(installation)?.active ?? switches.licensedByDefault;
}
