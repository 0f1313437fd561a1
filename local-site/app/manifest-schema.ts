import { z } from 'zod';

/**
 * The parts of manifest.yml that the local site reads. It is loose on purpose: this makes sure that what we use has the
 * shape that we expect; `check-manifest.ts` holds the rules between the parts.
 * Field names and patterns: connect-on-forge facts, from the JSON schema of `@forge/manifest` 13.7.0.
 */
const auth = z
  .looseObject({
    appSystemToken: z.looseObject({ enabled: z.boolean() }).optional(),
    appUserToken: z.looseObject({ enabled: z.boolean() }).optional(),
  })
  .optional();

const key = z
  .string()
  .regex(/^[a-zA-Z0-9_-]+$/, { message: 'A key has letters, digits, _ and - only' });
const shortKey = key.max(23, { message: 'This key may have 23 characters at most' });
const path = z.string();

/** Where data of a pinned site may live. */
export const REGIONS = [
  ...['EU', 'US', 'AU', 'DE', 'SG', 'CA', 'IN', 'KR', 'JP', 'GB', 'CH'],
] as const;

const baseUrl = z.union([
  z.string(),
  z
    .looseObject({ default: z.string() })
    .catchall(z.string())
    .refine((urls) => Object.keys(urls).every((name) => name === 'default' || isRegion(name)), {
      message: `A region is one of ${REGIONS.join(', ')}`,
    }),
]);

const remote = z.looseObject({
  key: shortKey,
  baseUrl: baseUrl.optional(),
  operations: z
    .array(z.enum(['storage', 'other', 'compute', 'fetch']))
    .min(1)
    .optional(),
  storage: z.looseObject({ inScopeEUD: z.boolean().optional() }).optional(),
  configurable: z.looseObject({}).optional(),
  auth,
});

const entity = z.looseObject({
  name: z.string().min(1),
  attributes: z.record(
    z.string(),
    z.looseObject({ type: z.enum(['string', 'integer', 'float', 'boolean', 'any']) }),
  ),
  indexes: z
    .array(
      z.union([
        z.string(),
        z.looseObject({
          name: z.string().min(1),
          range: z.array(z.string()).min(1),
          partition: z.array(z.string()).optional(),
        }),
      ]),
    )
    .optional(),
});

/** A module that names a function or an endpoint. Exactly one of them; `targets.ts` checks it. */
const targeted = { key, function: z.string().optional(), endpoint: z.string().optional() };
const filter = z.looseObject({ appIsLicensed: z.boolean().optional() }).optional();

const functionModule = z.looseObject({
  key: shortKey,
  handler: z.string().regex(/^[\p{Alpha}\d_-]+(?:\/[\p{Alpha}\d_-]+)*\.[\p{Alpha}\d_-]+$/u, {
    message: 'A handler is <file>.<export>, without extension',
  }),
  timeoutSeconds: z.number().min(1).max(900).optional(),
  runtime: z.looseObject({ memoryMB: z.number() }).optional(),
});

const endpointModule = z.looseObject({
  key,
  remote: z.string().optional(),
  route: z.looseObject({ path }).optional(),
  auth,
});

const consumerModule = z.looseObject({
  ...targeted,
  queue: z.string().min(1),
  crossVersion: z.boolean().optional(),
  resolver: z.looseObject({ function: z.string(), method: z.string() }).optional(),
});

const productEvent = z.union([z.string(), z.looseObject({ eventType: z.string() })]);

const webTriggerModule = z.looseObject({
  ...targeted,
  urlFormat: z.enum(['v1', 'v2']).optional(),
  response: z
    .looseObject({
      type: z.enum(['static', 'dynamic']),
      outputs: z
        .array(
          z.looseObject({
            key: z.string(),
            statusCode: z.number(),
            contentType: z.string().optional(),
            body: z.string().optional(),
          }),
        )
        .optional(),
    })
    .optional(),
});

const modules = z.looseObject({
  function: z.array(functionModule).optional(),
  endpoint: z.array(endpointModule).optional(),
  trigger: z
    .array(z.looseObject({ ...targeted, events: z.array(productEvent), filter }))
    .optional(),
  scheduledTrigger: z
    .array(
      z.looseObject({
        ...targeted,
        interval: z.enum(['fiveMinute', 'hour', 'day', 'week']),
        filter,
      }),
    )
    .max(5, { message: 'An app may have 5 scheduled triggers at most' })
    .optional(),
  consumer: z.array(consumerModule).optional(),
  webtrigger: z.array(webTriggerModule).optional(),
  preUninstall: z.array(z.looseObject(targeted)).optional(),
});

const egress = z.union([
  z.string(),
  z.looseObject({
    address: z.string(),
    category: z.string().optional(),
    inScopeEUD: z.boolean().optional(),
  }),
  z.looseObject({ remote: z.string() }),
]);

/** Scopes are a list, or an object whose keys are the scopes. */
const scopes = z.union([
  z.array(z.string()),
  z.record(z.string(), z.looseObject({ allowImpersonation: z.boolean().optional() }).nullable()),
]);

export const manifestSchema = z.looseObject({
  app: z.looseObject({
    id: z.string().regex(/^ari:cloud:ecosystem::app\/[\w-]+$/, { message: 'An app id is an ARI' }),
    runtime: z
      .looseObject({
        name: z.string(),
        memoryMB: z.number().min(128).max(1024).optional(),
        architecture: z.enum(['x86_64', 'arm64']).optional(),
      })
      .optional(),
    connect: z
      .strictObject({
        key: z.string().regex(/^[a-zA-Z0-9\-._]{1,90}$/, {
          message: 'A Connect key has 1 to 90 letters, digits and -._',
        }),
        remote: shortKey.optional(),
        authentication: z.literal('jwt').optional(),
      })
      .optional(),
    licensing: z.looseObject({ enabled: z.boolean().optional() }).optional(),
    storage: z.looseObject({ entities: z.array(entity).optional() }).optional(),
    package: z.looseObject({ path: z.string().optional() }).optional(),
  }),
  connectModules: z.record(z.string(), z.array(z.record(z.string(), z.unknown()))).optional(),
  modules: modules.optional(),
  remotes: z.array(remote).optional(),
  resources: z.array(z.looseObject({ key, path })).optional(),
  providers: z
    .looseObject({
      auth: z.array(z.looseObject({ key: z.string(), clientId: z.string().optional() })).optional(),
    })
    .optional(),
  permissions: z
    .looseObject({
      scopes: scopes.optional(),
      sandbox: z.array(z.string()).optional(),
      content: z
        .looseObject({
          styles: z.array(z.string()).optional(),
          scripts: z.array(z.string()).optional(),
        })
        .optional(),
      external: z
        .looseObject({
          fetch: z
            .looseObject({
              backend: z.array(egress).optional(),
              client: z.array(egress).optional(),
            })
            .optional(),
          configurable: z.looseObject({ enabled: z.boolean() }).optional(),
        })
        .optional(),
    })
    .optional(),
});

export type Manifest = z.infer<typeof manifestSchema>;
export type ManifestModules = NonNullable<Manifest['modules']>;
export type ManifestEgress = z.infer<typeof egress>;
export const egressList = z.array(egress);

export function isRegion(name: string): boolean {
  return REGIONS.some((region) => region === name);
}

/** The names of the scopes, whichever form they have. */
export function scopeNames(manifest: Manifest): readonly string[] {
  const declared = manifest.permissions?.scopes ?? [];
  return Array.isArray(declared) ? declared : Object.keys(declared);
}
