import type { ConnectSnapshot } from '../connect/index.ts';
import type { SiteContents } from '../jira/index.ts';
import type { ConnectUpgrade, InstallationSnapshot } from '../platform/index.ts';
import type { DeployOptions, Licence, Site, UpgradeOptions } from '../types.ts';
import type { SiteName } from '../site-name.ts';

export interface UpgradeInPlaceOptions extends UpgradeOptions, DeployOptions {
  /**
   * The platform does it by itself instead of an admin: refused with `approval_needed` when an admin or the vendor has to act
   * first. (Default: false)
   */
  readonly automatic?: boolean;
}

export interface UninstallOptions {
  /** Which of the two goodbyes the app gets; the app is gone in any case. (Default: `both`, `preUninstall` first) */
  readonly callbacks?: 'both' | 'preUninstall' | 'uninstalled' | 'none';
}

export interface RestoreOptions {
  /** The site was filled by an import: it gets a new installationId and an empty store. (Default: false) */
  readonly wholeProductImport?: boolean;
}

/** What the app on a site was at some time: both installations, secret and stored data included. Jira's data is not in it. */
export interface SiteSnapshot {
  readonly slug: string;
  /** Projects, issues, properties, workflows, dashboards. */
  readonly jira: SiteContents;
  readonly connect: ConnectSnapshot | undefined;
  readonly installation: InstallationSnapshot | undefined;
}

/** The steps in a tenant's life that concern the Forge platform, the Connect host and the store together. */
export interface TenantLives {
  /**
   * Replaces the Connect installation by a Forge installation of the deployed app: new installationId, same clientKey, no
   * `uninstalled`. Rejects and leaves the Connect installation as it was when the app refuses `installed`. On a site
   * without the app it is a first installation, and after an uninstall a reinstallation with an empty store.
   *
   * @throws PlatformError `licence_suspended`, `approval_needed`, `connect_key_differs`, and those of `platform.install`;
   * ConnectHostError `LIFECYCLE_HOOK_FAILED`
   */
  upgradeInPlace(site: Site, options?: UpgradeInPlaceOptions): Promise<void>;
  /**
   * Ends the upgrades that were under way when an earlier run died: the app hears `installed` once more. One that it refuses is
   * taken back.
   */
  resumeUpgrades(): Promise<void>;
  /**
   * Who has to act before the Connect app of the site becomes the deployed version; nobody when both lists are empty. Undefined
   * on a site without a Connect app.
   */
  connectUpgrade(site: Site, options?: DeployOptions): ConnectUpgrade | undefined;
  /**
   * Takes the app off the site, whichever generation is there. Its stored data is kept for 28 days. `callbacks` leaves a goodbye
   * out, as happens in the field.
   */
  uninstall(site: Site, options?: UninstallOptions): Promise<void>;
  /**
   * What an admin does in the list of apps. A Connect app hears `enabled` or `disabled`, a hybrid hears nothing; a disabled
   * app's Connect modules and webhooks are gone.
   */
  setEnabled(site: Site, enabled: boolean): Promise<void>;
  /**
   * What Atlassian's support does on request: the data of an earlier installation of this site becomes the data of the present
   * one. Possible for 21 days after the uninstall.
   *
   * @throws PlatformError `unknown_installation`, `relink_too_late`
   */
  relink(site: Site, oldInstallationId: string): void;
  /** Gives the installation another id and tells nobody, as has been seen in the field. Returns the new ARI. */
  changeInstallationId(site: Site): string;
  /** Keeps what the app on the site is now, to come back to it. Jira's own data is not in it. */
  snapshotSite(site: Site): SiteSnapshot;
  /**
   * Puts the app on the site back: storage, the Connect tenant with its secret, installationId. The app hears nothing: no
   * `uninstalled`, no `preUninstall`, no event, unless switches say so.
   *
   * @throws PlatformError `wrong_site`
   */
  restoreSite(site: Site, snapshot: SiteSnapshot, options?: RestoreOptions): Promise<void>;
  /**
   * A sandbox copy under another address: new cloudId, clientKey, installationId, and (switch `copyClonesStorage`) the stored
   * data of the original. Jira's own data is not copied.
   */
  copySite(site: Site, name: SiteName): Promise<Site>;
  /**
   * Pins the site's data, or ends that with undefined: remotes and the Connect app are from now on called at the address of
   * that region, where they have one.
   *
   * @throws PlatformError `unknown_region`
   */
  setRegion(site: Site, region: string | undefined): Promise<void>;
  /**
   * `suspended` blocks upgrades of a paid app, stops its pages in production, skips triggers with `filter.appIsLicensed`, and
   * shows in tokens and contexts.
   */
  setLicence(site: Site, licence: Licence): void;
}
