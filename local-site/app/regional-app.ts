import type { ForgeApp, Remote } from './forge-app.ts';

const made = new WeakMap<ForgeApp, Map<string, ForgeApp>>();

/**
 * The version as a site pinned to `region` sees it: remotes with an address for that region stand at that address, the
 * Connect remote included. The same version and region always give the same object.
 * (manifest-reference/remotes, data residency.)
 */
export function regionalApp(app: ForgeApp, region: string | undefined): ForgeApp {
  if (
    region === undefined ||
    ![...app.remotes.values()].some(({ regions }) => regions.has(region))
  ) {
    return app;
  }
  const known = made.get(app)?.get(region);
  if (known !== undefined) return known;
  const remotes = new Map<string, Remote>();
  for (const [key, remote] of app.remotes) {
    remotes.set(key, { ...remote, baseUrl: remote.regions.get(region) ?? remote.baseUrl });
  }
  const connectBaseUrl = remotes.get(app.connectRemote ?? '')?.baseUrl ?? app.connectBaseUrl;
  const regional = { ...app, remotes, connectBaseUrl };
  made.set(app, (made.get(app) ?? new Map<string, ForgeApp>()).set(region, regional));
  return regional;
}

/** The version itself and what sites in regions have seen of it. */
export function variantsOf(app: ForgeApp): ForgeApp[] {
  return [app, ...(made.get(app)?.values() ?? [])];
}
