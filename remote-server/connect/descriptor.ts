import { readFile } from 'node:fs/promises';
import { z } from 'zod';

const module = z.looseObject({
  key: z.string().optional(),
  url: z.string().optional(),
  target: z.looseObject({ url: z.string().optional() }).optional(),
});

const descriptorSchema = z.looseObject({
  key: z.string(),
  name: z.string(),
  baseUrl: z.string(),
  lifecycle: z.record(z.string(), z.string()).optional(),
  modules: z.record(z.string(), z.union([z.array(module), module])),
});

/** The Connect descriptor with its base URL filled in. */
export type Descriptor = z.infer<typeof descriptorSchema>;

/** One module of the descriptor that Jira opens as a page. */
export interface PageModule {
  readonly key: string;
  /** Path below the base URL, without the query. */
  readonly path: string;
  /** Last part of the path: the folder of the built page. */
  readonly folder: string;
}

/**
 * Reads the frozen descriptor and fills in where this remote stands. Atlassian takes no updates of it any more, so nothing else
 * is changed. Rejects when the file's key is not the app's.
 */
export async function readDescriptor(
  file: URL,
  { baseUrl, connectKey }: { readonly baseUrl: string; readonly connectKey: string },
): Promise<Descriptor> {
  const text = (await readFile(file, 'utf8'))
    .replaceAll('{{localBaseUrl}}', baseUrl)
    .replaceAll('{{appKey}}', connectKey);
  const descriptor = descriptorSchema.parse(JSON.parse(text));
  if (descriptor.key !== connectKey) {
    throw new Error(
      `The descriptor is of "${descriptor.key}", but CONNECT_KEY is "${connectKey}".`,
    );
  }
  return descriptor;
}

/** The modules with a page. Webhooks have an address too, but nobody opens it. */
export function pageModules(descriptor: Descriptor): PageModule[] {
  return Object.entries(descriptor.modules)
    .filter(([type]) => type !== 'webhooks')
    .flatMap(([, modules]) => [modules].flat())
    .flatMap(({ key, url, target }) => {
      const path = (url ?? target?.url)?.replace(/[?#].*$/, '');
      const folder = path === undefined ? undefined : /^\/.*?([\w-]+)$/.exec(path)?.[1];
      return key === undefined || path === undefined || folder === undefined
        ? []
        : [{ key, path, folder }];
    });
}
