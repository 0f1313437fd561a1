import { z } from 'zod';

/** Where the remote listens, whom it believes and what it stands on. Read once at start; frozen. */
export interface RemoteConfig {
  readonly port: number;
  readonly databaseUrl: string;
  /** Public base URL of the remote, no trailing slash: audience of install tokens, base of the descriptor. */
  readonly baseUrl: string;
  readonly connectKey: string;
  /** `ari:cloud:ecosystem::app/<uuid>`: audience of Forge invocation tokens. */
  readonly forgeAppId: string;
  readonly forgeJwksUrl: URL;
  /** Base of Forge's storage REST API. */
  readonly forgeStorageUrl: string;
  /** Prefix a token's `apiBaseUrl` must have to be kept, no trailing slash. */
  readonly forgeApiHost: string;
  readonly forgeEnvironmentType: 'DEVELOPMENT' | 'STAGING' | 'PRODUCTION';
  /** Replaces Atlassian's install-key servers; never in production. */
  readonly installKeysUrl: string | undefined;
  /** Host patterns a site's base URL must match, `*` for one label. */
  readonly hostWhitelist: readonly string[];
  /** Address of `all.js`. */
  readonly hostScriptUrl: string;
  /** Share of the reads that are compared with the other store, 0…1. */
  readonly shadowShare: number;
  readonly mode: 'production' | 'development' | 'test';
  readonly logLevel: string;
}

/** A setting without which, or with which, the remote refuses to start. The message says which and what to do. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'config_invalid';
}

const url = z.url({ protocol: /^https?$/ });
const baseUrl = url.transform((text) => text.replace(/\/+$/, ''));

const schema = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(4403),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  REMOTE_BASE_URL: baseUrl.refine(
    (text) => URL.parse(text)?.pathname === '/',
    'must have no path: the addresses in the frozen descriptor begin at the root',
  ),
  CONNECT_KEY: z.string().regex(/^[a-zA-Z0-9._-]{1,64}$/),
  FORGE_APP_ID: z.string().regex(/^ari:cloud:ecosystem::app\/[0-9a-f-]{36}$/),
  FORGE_JWKS_URL: url.default('https://forge.cdn.prod.atlassian-dev.net/.well-known/jwks.json'),
  FORGE_STORAGE_URL: baseUrl.default('https://api.atlassian.com/forge/storage/kvs'),
  FORGE_API_HOST: baseUrl.default('https://api.atlassian.com'),
  FORGE_ENVIRONMENT_TYPE: z.enum(['DEVELOPMENT', 'STAGING', 'PRODUCTION']),
  CONNECT_KEYS_CDN_URL: baseUrl.optional(),
  HOST_WHITELIST: z.string().default('*.atlassian.net'),
  HOST_SCRIPT_URL: url.default('https://connect-cdn.atl-paas.net/all.js'),
  SHADOW_SHARE: z.coerce.number().min(0).max(1).default(0.01),
  NODE_ENV: z.enum(['production', 'development', 'test']),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
});

/** Reads the environment. Throws `ConfigError` naming the first variable that is missing or wrong. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): RemoteConfig {
  refuseDangerous(env);
  const result = schema.safeParse(env);
  if (!result.success) {
    const issue = result.error.issues[0];
    throw new ConfigError(
      `${issue?.path.join('.') ?? 'The environment'}: ${issue?.message ?? 'cannot be read'}. Set it and start again.`,
      { cause: result.error },
    );
  }
  const read = result.data;
  return Object.freeze({
    port: read.PORT,
    databaseUrl: read.DATABASE_URL,
    baseUrl: read.REMOTE_BASE_URL,
    connectKey: read.CONNECT_KEY,
    forgeAppId: read.FORGE_APP_ID,
    forgeJwksUrl: new URL(read.FORGE_JWKS_URL),
    forgeStorageUrl: read.FORGE_STORAGE_URL,
    forgeApiHost: read.FORGE_API_HOST,
    forgeEnvironmentType: read.FORGE_ENVIRONMENT_TYPE,
    installKeysUrl: read.CONNECT_KEYS_CDN_URL,
    hostWhitelist: Object.freeze(
      read.HOST_WHITELIST.split(',')
        .map((pattern) => pattern.trim())
        .filter((pattern) => pattern !== ''),
    ),
    hostScriptUrl: read.HOST_SCRIPT_URL,
    shadowShare: read.SHADOW_SHARE,
    mode: read.NODE_ENV,
    logLevel: read.LOG_LEVEL,
  });
}

/**
 * Settings of atlassian-connect-express that would silently switch off authentication or move the root of trust. Each of
 * them works in production as the library ships.
 */
export function refuseDangerous(env: Readonly<Record<string, string | undefined>>): void {
  const options = env['AC_OPTS'] ?? '';
  if (/no-auth|no-token-verfication/.test(options)) {
    throw new ConfigError(`AC_OPTS "${options}" switches off authentication. Remove it.`);
  }
  if (env['DB_URL'] !== undefined && env['DB_URL'] !== env['DATABASE_URL']) {
    throw new ConfigError('DB_URL would win over DATABASE_URL. Remove DB_URL.');
  }
  const aliases = { AC_LOCAL_BASE_URL: 'REMOTE_BASE_URL', AC_APP_KEY: 'CONNECT_KEY' } as const;
  for (const [theirs, ours] of Object.entries(aliases)) {
    if (env[theirs] !== undefined && env[theirs] !== env[ours]) {
      throw new ConfigError(`${theirs} would win over ${ours}. Remove ${theirs}.`);
    }
  }
  for (const name of [
    'AC_HOST_WHITELIST',
    'AC_ALLOWED_BASE_URLS',
    'AC_PRODUCT',
    'AC_HOST_SCRIPT_URL',
  ]) {
    if (env[name] !== undefined) {
      throw new ConfigError(
        `${name} would change whom the app believes. Use the remote's own settings.`,
      );
    }
  }
  if (env['NODE_ENV'] === 'production' && env['CONNECT_KEYS_CDN_URL'] !== undefined) {
    throw new ConfigError(
      'CONNECT_KEYS_CDN_URL moves the root of trust for installs. Not in production.',
    );
  }
  if (
    env['NODE_ENV'] === 'production' &&
    env['HOST_WHITELIST']?.split(',').some((each) => /^\s*\*?\s*$/.test(each))
  ) {
    throw new ConfigError(
      'HOST_WHITELIST has an empty or bare "*" pattern, which accepts any host.',
    );
  }
}
