import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { State } from '../state/index.ts';
import { ConnectApp } from './installation.ts';
import type { Installation } from './installation.ts';

const APP = 'connect app';
const TENANT = 'connect tenant';

const StoredTenant = z.object({
  app: z.string(),
  sharedSecret: z.string(),
  installationId: z.string().optional(),
  enabled: z.boolean(),
});

/**
 * Connect installations by cloudId, kept in the state. Thousands of sites run the same app, so an app is held and written
 * once, under a hash of what it says.
 */
export class ConnectTenants {
  readonly #state: State;
  readonly #apps = new Map<string, ConnectApp>();
  readonly #hashes = new WeakMap<ConnectApp, string>();
  readonly #tenants = new Map<string, Installation>();

  constructor(state: State) {
    this.#state = state;
    for (const [hash, app] of state.read(APP, ConnectApp)) this.#remember(hash, app);
    for (const [cloudId, { app: hash, ...rest }] of state.read(TENANT, StoredTenant)) {
      const app = this.#apps.get(hash);
      if (app !== undefined) this.#tenants.set(cloudId, { ...rest, app });
    }
  }

  get(cloudId: string): Installation | undefined {
    return this.#tenants.get(cloudId);
  }

  set(cloudId: string, installation: Installation): void {
    const { app: given, sharedSecret, installationId, enabled } = installation;
    const app = this.shared(given);
    this.#tenants.set(cloudId, { ...installation, app });
    const hash = this.#hashes.get(app);
    this.#state.put(TENANT, cloudId, { app: hash, sharedSecret, installationId, enabled });
  }

  delete(cloudId: string): void {
    this.#tenants.delete(cloudId);
    this.#state.remove(TENANT, cloudId);
  }

  /** The one object for what this app says. */
  shared(app: ConnectApp): ConnectApp {
    if (this.#hashes.has(app)) return app;
    const hash = createHash('sha256').update(JSON.stringify(app)).digest('base64url');
    const known = this.#apps.get(hash);
    if (known !== undefined) return known;
    this.#remember(hash, app);
    this.#state.put(APP, hash, app);
    return app;
  }

  #remember(hash: string, app: ConnectApp): void {
    this.#apps.set(hash, app);
    this.#hashes.set(app, hash);
  }
}
