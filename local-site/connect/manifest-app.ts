import { z } from 'zod';
import type { DeployedApp } from '../types.ts';
import type { ConnectApp } from './installation.ts';

const LifecycleBody = z.object({
  installed: z.string().optional(),
  uninstalled: z.string().optional(),
});

/** The Connect half of a deployed hybrid. `enabled` is never called once the app is registered on Forge. */
export function appFromManifest(app: DeployedApp): ConnectApp {
  const lifecycle = app.connectModules.find(({ type }) => type === 'lifecycle');
  return {
    key: app.connectKey,
    baseUrl: app.connectBaseUrl.replace(/\/$/, ''),
    lifecycle: LifecycleBody.safeParse(lifecycle?.body).data ?? {},
    modules: app.connectModules.filter(({ type }) => type !== 'lifecycle'),
  };
}
