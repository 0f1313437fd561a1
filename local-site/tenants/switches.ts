/**
 * What nobody has written down about the lives of tenants. A default is the reading that is harder on the app, unless said
 * otherwise.
 */
export interface TenantSwitches {
  /**
   * Whether an approved or bulk major upgrade posts Connect's `installed` again. Documented only by contraposition: minor ones
   * do not. (Default: true [infer])
   */
  readonly majorPostsInstalled: boolean;
  /** Whether that `installed` brings a new shared secret. (Default: true [?]) */
  readonly majorRotatesSecret: boolean;
  /** Whether a copy of a site has the data in Forge storage of its original. (Default: true [?]) */
  readonly copyClonesStorage: boolean;
  /**
   * Whether the app hears `installed` for the client key of a copy. Without it a Connect app cannot know the copy's secret, and
   * nothing of it works. (Default: true [?], the milder reading)
   */
  readonly copyPostsInstalled: boolean;
  /** Whether a copy of a site fires `avi:forge:installed:app`. (Default: false [?]) */
  readonly copyFiresInstalled: boolean;
  /** Whether a whole-product import posts `installed` with the new installation id. (Default: false [?]) */
  readonly importPostsInstalled: boolean;
  /** Whether a whole-product import fires `avi:forge:installed:app`. (Default: false [?]) */
  readonly importFiresInstalled: boolean;
  /** Whether stored data follows an installation id that changed without an event. (Default: false [?]) */
  readonly changedIdKeepsStorage: boolean;
}

export const TENANT_SWITCHES: TenantSwitches = {
  majorPostsInstalled: true,
  majorRotatesSecret: true,
  copyClonesStorage: true,
  copyPostsInstalled: true,
  copyFiresInstalled: false,
  importPostsInstalled: false,
  importFiresInstalled: false,
  changedIdKeepsStorage: false,
};
