import type { ContentPermissions, DeployedApp, ExternalPermissions } from '../types.ts';
import type { DeclaredPermissions } from './forge-app.ts';
import type { Manifest } from './manifest-schema.ts';

const PAGE_KINDS = ['images', 'media', 'scripts', 'styles', 'fonts', 'frames'] as const;

/** What the manifest lets pages do: `permissions.content`, `permissions.external` for pages, `permissions.sandbox`. */
export function pagePermissions(
  manifest: Manifest,
  { egress }: DeclaredPermissions,
): Required<
  Pick<DeployedApp, 'contentPermissions' | 'externalPermissions' | 'sandboxPermissions'>
> {
  const of = (kind: string): string[] =>
    egress.filter((each) => each.kind === kind).map(({ address }) => address);
  const externalPermissions: ExternalPermissions = {
    ...Object.fromEntries(PAGE_KINDS.map((kind) => [kind, of(kind)])),
    client: of('fetch.client'),
  };
  return {
    contentPermissions: contentPermissions(manifest),
    externalPermissions,
    sandboxPermissions: manifest.permissions?.sandbox ?? [],
  };
}

function contentPermissions(manifest: Manifest): ContentPermissions {
  const { styles, scripts } = manifest.permissions?.content ?? {};
  return { ...(styles ? { styles } : {}), ...(scripts ? { scripts } : {}) };
}
