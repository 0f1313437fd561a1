import type { Tenants } from './tenants.ts';
import { tenantSchema } from './tenant.ts';

/** The part of atlassian-connect-express' store that the library calls for the routes we let it serve. */
export interface AceAdapter {
  get(key: string, clientKey: string): Promise<unknown>;
  set(key: string, value: unknown, clientKey: string): Promise<never>;
  del(key: string, clientKey?: string): Promise<void>;
  saveInstallation(value: unknown, clientKey: string): Promise<unknown>;
  getAllClientInfos(): Promise<never>;
  getClientSettingsForForgeInstallation(installationId: string): Promise<never>;
  deleteAssociation(installationId: string): Promise<never>;
  forForgeInstallation(installationId: string): never;
  isMemoryStore(): boolean;
}

/**
 * Our tenants behind the library's store. What only its Forge middleware or its user tokens need is refused loudly: we do not
 * use either, and a quiet stub would hide that somebody began to.
 */
export function createAceAdapter(tenants: Tenants): AceAdapter {
  const refuse = (what: string): never => {
    throw new Error(`The store does not do "${what}": see remote-server/connect/ace-adapter.ts`);
  };
  return {
    async get(key, clientKey) {
      return key === 'clientInfo' ? ((await tenants.get(clientKey)) ?? null) : null;
    },
    async saveInstallation(value, clientKey) {
      const tenant = tenantSchema.parse(value);
      if (tenant.clientKey !== clientKey) refuse('save under another client key');
      await tenants.save(tenant);
      return tenant;
    },
    async del(key, clientKey) {
      if (clientKey !== undefined) refuse('del of one key');
      await tenants.remove(key);
    },
    set: (key) => Promise.reject(new Error(`The store keeps no "${key}"`)),
    getAllClientInfos: () => Promise.reject(new Error('The store lists no tenants')),
    getClientSettingsForForgeInstallation: () =>
      Promise.reject(new Error('Links are resolved in remote-server/link')),
    deleteAssociation: () => Promise.reject(new Error('Links are ended in remote-server/link')),
    forForgeInstallation: () => refuse('forForgeInstallation'),
    isMemoryStore: () => false,
  };
}
