import { z } from 'zod';

/**
 * The parts of manifest.yml that the local site reads. It is loose on purpose: `@forge/manifest` decides what is a valid
 * manifest, this only makes sure that what we use has the shape that we expect.
 * Field names: connect-on-forge facts, from the JSON schema of `@forge/manifest` 13.7.0.
 */
const auth = z
  .looseObject({
    appSystemToken: z.looseObject({ enabled: z.boolean() }).optional(),
    appUserToken: z.looseObject({ enabled: z.boolean() }).optional(),
  })
  .optional();

const key = z.string().min(1);

const remote = z.looseObject({
  key,
  baseUrl: z.union([z.string(), z.looseObject({ default: z.string() })]),
  operations: z.array(z.string()).optional(),
  auth,
});

const entity = z.looseObject({
  name: key,
  attributes: z.record(
    z.string(),
    z.looseObject({ type: z.enum(['string', 'integer', 'float', 'boolean', 'any']) }),
  ),
  indexes: z
    .array(
      z.union([
        z.string(),
        z.looseObject({
          name: key,
          range: z.array(z.string()).min(1),
          partition: z.array(z.string()).optional(),
        }),
      ]),
    )
    .optional(),
});

/** A module that names a function or an endpoint. Exactly one of them; `target-of.ts` checks it. */
const targeted = { key, function: z.string().optional(), endpoint: z.string().optional() };

const functionModule = z.looseObject({
  key,
  handler: z.string().regex(/^[\p{Alpha}\d_-]+(?:\/[\p{Alpha}\d_-]+)*\.[\p{Alpha}\d_-]+$/u, {
    message: 'A handler is <file>.<export>, without extension',
  }),
  timeoutSeconds: z.number().min(1).max(900).optional(),
  runtime: z.looseObject({ memoryMB: z.number() }).optional(),
});

const endpointModule = z.looseObject({
  key,
  remote: z.string().optional(),
  route: z.looseObject({ path: z.string() }).optional(),
  auth,
});

const consumerModule = z.looseObject({
  ...targeted,
  queue: key,
  resolver: z.looseObject({ function: z.string(), method: z.string() }).optional(),
});

const productEvent = z.union([z.string(), z.looseObject({ eventType: z.string() })]);

const modules = z.looseObject({
  function: z.array(functionModule).optional(),
  endpoint: z.array(endpointModule).optional(),
  trigger: z.array(z.looseObject({ ...targeted, events: z.array(productEvent) })).optional(),
  scheduledTrigger: z
    .array(z.looseObject({ ...targeted, interval: z.enum(['fiveMinute', 'hour', 'day', 'week']) }))
    .max(5)
    .optional(),
  consumer: z.array(consumerModule).optional(),
  preUninstall: z.array(z.looseObject(targeted)).optional(),
});

const egressAddress = z.union([
  z.string(),
  z.looseObject({ address: z.string() }),
  z.looseObject({ remote: z.string() }),
]);

/** Scopes are a list, or an object whose keys are the scopes. */
const scopes = z.union([
  z.array(z.string()),
  z.record(z.string(), z.unknown()).transform((named) => Object.keys(named)),
]);

export const manifestSchema = z.looseObject({
  app: z.looseObject({
    id: z.string().regex(/^ari:cloud:ecosystem::app\/[\w-]+$/, { message: 'An app id is an ARI' }),
    runtime: z.looseObject({ name: z.string(), memoryMB: z.number().optional() }).optional(),
    connect: z.looseObject({ key, remote: z.string().optional() }).optional(),
    storage: z.looseObject({ entities: z.array(entity).optional() }).optional(),
    package: z.looseObject({ path: z.string().optional() }).optional(),
  }),
  connectModules: z.record(z.string(), z.array(z.record(z.string(), z.unknown()))).optional(),
  modules: modules.optional(),
  remotes: z.array(remote).optional(),
  resources: z.array(z.looseObject({ key, path: z.string() })).optional(),
  permissions: z
    .looseObject({
      scopes: scopes.optional(),
      content: z
        .looseObject({
          styles: z.array(z.string()).optional(),
          scripts: z.array(z.string()).optional(),
        })
        .optional(),
      external: z
        .looseObject({
          fetch: z.looseObject({ backend: z.array(egressAddress).optional() }).optional(),
        })
        .optional(),
    })
    .optional(),
});

export type Manifest = z.infer<typeof manifestSchema>;
export type ManifestModules = NonNullable<Manifest['modules']>;
