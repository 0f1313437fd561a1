import { APP_ID, BASE_URL, CONNECT_KEY } from './tokens.ts';

/** Environment of a remote under test, with a stand-in for Atlassian at `atlassianUrl`. */
export function testEnvironment(atlassianUrl: string, databaseUrl: string) {
  return {
    PORT: '0',
    DATABASE_URL: databaseUrl,
    REMOTE_BASE_URL: BASE_URL,
    CONNECT_KEY,
    FORGE_APP_ID: APP_ID,
    FORGE_JWKS_URL: `${atlassianUrl}/.well-known/jwks.json`,
    FORGE_STORAGE_URL: `${atlassianUrl}/forge/storage/kvs`,
    FORGE_API_HOST: atlassianUrl,
    FORGE_ENVIRONMENT_TYPE: 'DEVELOPMENT',
    CONNECT_KEYS_CDN_URL: `${atlassianUrl}/install-keys`,
    HOST_WHITELIST: '127.0.0.1, *.example.net',
    HOST_SCRIPT_URL: `${atlassianUrl}/connect/all.js`,
    // Tests count calls; those of shadow reads turn them on.
    SHADOW_SHARE: '0',
    NODE_ENV: 'test',
    LOG_LEVEL: 'debug',
  };
}
