import { z } from 'zod';

/** Jira's reserved app property with the Connect client key of the site [Atlassian, "migrate Connect clientKey"]. */
export const CLIENT_KEY_PROPERTY = 'connect_client_key_019cdff3-8bfb-71fe-9628-875b700aebb8';

/** The two channels that have to be asked. */
export interface Channels {
  /**
   * The client key of the installation's site, asked as the Forge app. Undefined when Jira does not say, which right after an
   * install is normal: the app user gets its permissions minutes later.
   */
  clientKeyOf(installation: {
    readonly apiBaseUrl: string;
    readonly token: string;
  }): Promise<string | undefined>;
  /** The cloud id a site says it has. Undefined when it does not say. */
  cloudIdOf(siteUrl: string): Promise<string | undefined>;
}

/** Milliseconds one question may take; an event's endpoint has five seconds in all. */
const TIME_LIMIT = 3_000;

const property = z.object({ value: z.string().min(1) });
const tenantInfo = z.object({ cloudId: z.string().min(1) });

/** Asks over HTTP, never follows a redirect, and takes only answers of the expected shape. Never rejects. */
export function createChannels(connectKey: string): Channels {
  return {
    async clientKeyOf({ apiBaseUrl, token }) {
      const path = `/rest/atlassian-connect/1/addons/${encodeURIComponent(connectKey)}/properties/${CLIENT_KEY_PROPERTY}`;
      const body = await getJson(apiBaseUrl + path, { authorization: `Bearer ${token}` });
      return property.safeParse(body).data?.value;
    },
    async cloudIdOf(siteUrl) {
      const body = await getJson(`${siteUrl}/_edge/tenant_info`, {});
      return tenantInfo.safeParse(body).data?.cloudId;
    },
  };
}

async function getJson(url: string, headers: Record<string, string>): Promise<unknown> {
  try {
    const response = await fetch(url, {
      redirect: 'error',
      signal: AbortSignal.timeout(TIME_LIMIT),
      headers: { accept: 'application/json', ...headers },
    });
    const text = await response.text();
    return response.ok ? (JSON.parse(text) as unknown) : undefined;
  } catch {
    return undefined;
  }
}
