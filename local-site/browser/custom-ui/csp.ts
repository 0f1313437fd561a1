import type { ContentPermissions } from '../../types.ts';

/** What a frame may do besides showing itself [code: `@forge/csp` 6.3.2]. */
const FRAME_SANDBOX = [
  'allow-popups',
  'allow-popups-to-escape-sandbox',
  'allow-downloads',
  'allow-forms',
  'allow-modals',
  'allow-pointer-lock',
  'allow-same-origin',
  'allow-scripts',
].join(' ');

/**
 * The content security policy of a Custom UI page: as strict as production's, with the hosts of Atlassian's CDN and
 * media services replaced by this machine. No inline scripts; inline styles only with `unsafe-inline` in
 * `permissions.content.styles`; calls only to itself and to the site.
 */
export function contentSecurityPolicy(siteUrl: string, permissions: ContentPermissions): string {
  const styles = allowed(permissions.styles, ['unsafe-inline']);
  const scripts = allowed(permissions.scripts, [
    'unsafe-inline',
    'unsafe-eval',
    'unsafe-hashes',
    'blob:',
  ]);
  const directives: readonly (readonly string[])[] = [
    ['default-src', "'self'"],
    ['font-src', "'self'"],
    ['frame-src', "'self'", siteUrl],
    ['media-src', "'self'", siteUrl, 'data:', 'blob:'],
    ['img-src', "'self'", siteUrl, 'data:', 'blob:'],
    ['connect-src', "'self'", siteUrl],
    ['script-src', "'self'", ...scripts],
    ['style-src', "'self'", siteUrl, ...styles],
    ['form-action', "'self'"],
    ['frame-ancestors', "'self'", siteUrl],
    ['sandbox', FRAME_SANDBOX],
    ['report-uri', '/csp-report'],
  ];
  return directives.map((directive) => directive.join(' ')).join('; ');
}

/** Manifest values that are keywords need quotes in a policy; `blob:` does not. */
function allowed(
  values: readonly string[] | undefined,
  known: readonly string[],
): readonly string[] {
  return (values ?? [])
    .filter((value) => known.includes(value) || /^'sha(?:256|384|512)-/.test(value))
    .map((value) => (value.endsWith(':') || value.startsWith("'") ? value : `'${value}'`));
}
