/** A module of the app on one site, of either face. `type` is without `jira:` for Connect, and with it for Forge. */
export interface SiteModule {
  readonly face: 'connect' | 'forge';
  readonly type: string;
  readonly key: string;
  readonly body: Readonly<Record<string, unknown>>;
}
