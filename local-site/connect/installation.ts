import { z } from 'zod';

/** Paths of the lifecycle callbacks below the app's base URL, where the app declares them. */
const Lifecycle = z.object({
  installed: z.string().optional(),
  uninstalled: z.string().optional(),
  enabled: z.string().optional(),
  disabled: z.string().optional(),
});

/** What a site runs: from the descriptor, or from `connectModules` of the manifest after the upgrade. */
export const ConnectApp = z.object({
  key: z.string(),
  /** Never ends in a slash. */
  baseUrl: z.string(),
  /** Addresses for pinned sites, from the descriptor. A manifest's are resolved before they get here. */
  regions: z.record(z.string(), z.string()).readonly(),
  lifecycle: Lifecycle.readonly(),
  modules: z
    .array(z.object({ type: z.string(), key: z.string(), body: z.record(z.string(), z.unknown()) }))
    .readonly(),
  /** Of the descriptor, in its own words: `READ`, `ACT_AS_USER` … Empty for a manifest. */
  scopes: z.array(z.string()).readonly(),
  /** `enableLicensing` of the descriptor. */
  licensed: z.boolean(),
});
export type ConnectApp = Readonly<z.infer<typeof ConnectApp>>;

/** One installation on one site. Never changed; replaced as a whole. */
export interface Installation {
  readonly app: ConnectApp;
  readonly sharedSecret: string;
  /** Full ARI as the app was last told, once it runs on Forge. */
  readonly installationId?: string | undefined;
  /** False: an admin has switched the app off. Its modules are gone, its data is not. */
  readonly enabled: boolean;
}
