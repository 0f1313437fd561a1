import type { ConnectModule } from '../types.ts';

/** Paths of the lifecycle callbacks below the app's base URL, where the app declares them. */
interface Lifecycle {
  readonly installed?: string | undefined;
  readonly uninstalled?: string | undefined;
  readonly enabled?: string | undefined;
}

/** What a site runs: from the descriptor, or from `connectModules` of the manifest after the upgrade. */
export interface ConnectApp {
  readonly key: string;
  /** Never ends in a slash. */
  readonly baseUrl: string;
  readonly lifecycle: Lifecycle;
  readonly modules: readonly ConnectModule[];
}

/** One installation on one site. Never changed; replaced as a whole. */
export interface Installation {
  readonly app: ConnectApp;
  readonly sharedSecret: string;
  /** Full ARI, once the app runs on Forge. */
  readonly installationId?: string;
}
