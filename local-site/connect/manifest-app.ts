import { z } from 'zod';
import type { DeployedApp } from '../types.ts';
import type { ConnectApp } from './installation.ts';

const LifecycleBody = z.object({
  installed: z.string().optional(),
  uninstalled: z.string().optional(),
});

const made = new WeakMap<DeployedApp, ConnectApp>();

/**
 * The Connect half of a deployed hybrid. `enabled` and `disabled` are never called once the app is registered on Forge.
 * The same version gives the same object.
 */
export function appFromManifest(app: DeployedApp): ConnectApp {
  const known = made.get(app);
  if (known !== undefined) return known;
  const lifecycle = app.connectModules.find(({ type }) => type === 'lifecycle');
  const half: ConnectApp = {
    key: app.connectKey,
    baseUrl: app.connectBaseUrl.replace(/\/$/, ''),
    regions: {},
    lifecycle: LifecycleBody.safeParse(lifecycle?.body).data ?? {},
    modules: app.connectModules.filter(({ type }) => type !== 'lifecycle').map(copyOf),
    scopes: [],
    licensed: false,
  };
  made.set(app, half);
  return half;
}

function copyOf({ type, key, body }: DeployedApp['connectModules'][number]): {
  type: string;
  key: string;
  body: Record<string, unknown>;
} {
  return { type, key, body: { ...body } };
}
