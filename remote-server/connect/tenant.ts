import { z } from 'zod';

/**
 * What a site sends with `installed`, and what is kept of it. Unknown fields stay: the library stores the whole body, and a
 * later version may need one. `installationId` comes only when the app runs on Forge.
 */
export const tenantSchema = z.looseObject({
  key: z.string().min(1),
  clientKey: z.string().min(1).max(255),
  sharedSecret: z.string().min(16),
  baseUrl: z.url({ protocol: /^https?$/ }),
  installationId: z.string().min(1).max(255).optional(),
});

/** One site that installed the app: who it is, and the secret its tokens are signed with. */
export type Tenant = Readonly<z.infer<typeof tenantSchema>>;

/** The site's address without a trailing slash. */
export function siteUrlOf(tenant: Tenant): string {
  return tenant.baseUrl.replace(/\/+$/, '');
}
