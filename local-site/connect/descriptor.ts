import { z } from 'zod';
import type { ConnectModule } from '../types.ts';
import { ConnectHostError } from './connect-host-error.ts';
import type { ConnectApp } from './installation.ts';

const ModuleBody = z.looseObject({ key: z.string().optional() });

/** The part of a Connect descriptor that the host acts on. */
const Descriptor = z.object({
  key: z.string().min(1),
  baseUrl: z.url({ protocol: /^https?$/ }),
  regionBaseUrls: z.record(z.string(), z.url({ protocol: /^https?$/ })).default({}),
  authentication: z.object({ type: z.literal('jwt') }),
  enableLicensing: z.boolean().default(false),
  scopes: z.array(z.string()).default([]),
  lifecycle: z
    .object({
      installed: z.string().optional(),
      uninstalled: z.string().optional(),
      enabled: z.string().optional(),
      disabled: z.string().optional(),
    })
    .default({}),
  // Single modules (`configurePage`) may stand without a list.
  modules: z
    .record(z.string(), z.union([z.array(ModuleBody), ModuleBody.transform((body) => [body])]))
    .default({}),
});

/**
 * Reads a descriptor.
 *
 * @throws {ConnectHostError} `DESCRIPTOR_REFUSED` with what is wrong, for instance authentication other than `jwt` or a
 * placeholder left in `baseUrl`.
 */
export function parseDescriptor(text: string): ConnectApp {
  const parsed = Descriptor.safeParse(asJson(text));
  if (!parsed.success) {
    const problem = z.prettifyError(parsed.error);
    throw new ConnectHostError('DESCRIPTOR_REFUSED', `The descriptor is refused: ${problem}`);
  }
  const { key, baseUrl, regionBaseUrls, lifecycle, modules, scopes, enableLicensing } = parsed.data;
  return {
    key,
    baseUrl: withoutSlash(baseUrl),
    regions: Object.fromEntries(
      Object.entries(regionBaseUrls).map(([region, url]) => [region, withoutSlash(url)]),
    ),
    lifecycle,
    scopes,
    licensed: enableLicensing,
    // Webhooks have no key.
    modules: Object.entries(modules).flatMap(([type, bodies]) =>
      bodies.map((body): ConnectModule => ({ type, key: body.key ?? '', body })),
    ),
  };
}

function withoutSlash(url: string): string {
  return url.replace(/\/$/, '');
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ConnectHostError('DESCRIPTOR_REFUSED', 'The descriptor is not JSON.', error);
  }
}
