import { createHash } from 'node:crypto';
import type { ContentPermissions, ExternalPermissions } from '../../types.ts';

/*
 * Hosts and directives: [code: `@forge/csp` 6.3.2, environment `prod`]. csp.test.ts holds this file against the real package,
 * directive by directive.
 */
const FORGE_CDN = 'https://forge.cdn.prod.atlassian-dev.net';
const GATEWAY = 'https://api.atlassian.com';
const MEDIA = 'https://api.media.atlassian.com';
const OBJECTS = 'https://tdp-os.services.atlassian.com';
const AVATARS = 'avatar-management--avatars.us-west-2.prod.public.atl-paas.net';
const TEAMS = 'https://teams-directory-frontend.prod-east.frontend.public.atl-paas.net/assets';

const STORED_OBJECTS = ['https://object-store.atlassian.com/os/ecosystem/installation/'];
const DOWNLOADS = ['fos-eap', 'fos/app', 'fos/cdn'].map((area) => `${OBJECTS}/${area}/download/`);
const UPLOADS = ['fos-eap', 'fos/app', 'fos/cdn'].map((area) => `${OBJECTS}/${area}/upload/`);

const ANCESTORS = [
  '*.atlassian.net',
  'bitbucket.org',
  '*.jira.com',
  '*.atlassian.com',
  '*.frontend.public.atl-paas.net',
];
const IMAGES = [
  'https://secure.gravatar.com',
  'https://images.unsplash.com',
  `https://${AVATARS}`,
  `https://*.wp.com/${AVATARS}/`,
  GATEWAY,
  MEDIA,
  'https://pf-emoji-service.prod-east.frontend.public.atl-paas.net',
  'https://pf-reactions-service.prod-east.frontend.public.atl-paas.net',
  'https://assets-media.atlassian.com',
  `${TEAMS}/`,
  `${TEAMS}/gradients/`,
];
const CONNECTIONS = [
  `${GATEWAY}/metal/ingest`,
  `${GATEWAY}/gateway/api/emoji/`,
  `${GATEWAY}/gateway/api/elements/emoji`,
  MEDIA,
  'https://as.atlassian.com',
  'https://forge-outbound-proxy.services.atlassian.com',
];

/** What the policy lets a frame do; the attribute of the iframe is stricter still, see sandbox.ts. */
const SANDBOX = [
  'allow-popups',
  'allow-popups-to-escape-sandbox',
  'allow-downloads',
  'allow-forms',
  'allow-modals',
  'allow-pointer-lock',
  'allow-same-origin',
  'allow-scripts',
];

const SCRIPT_WORDS = ['unsafe-inline', 'unsafe-eval', 'unsafe-hashes', 'blob:'];
const HASH = /^(?:sha256-[a-zA-Z0-9=+/]{44}|sha384-[a-zA-Z0-9=+/]{64}|sha512-[a-zA-Z0-9=+/]{88})$/;

export interface CspInput {
  /** Host and port of the site, as `hostname` of the real policy. */
  readonly siteHost: string;
  readonly content: ContentPermissions;
  readonly external: ExternalPermissions;
  /** The app's own page: the hashes of its inline scripts are part of the policy. */
  readonly page: string;
  readonly reportUri: string;
}

/**
 * The content security policy of a Custom UI page, one string per directive: word for word what Forge sends in production,
 * for a site of the name `siteHost`. Inline scripts run only when they stand in the page itself; inline styles only with
 * `unsafe-inline` in `permissions.content.styles`.
 */
export function cspDirectives(input: CspInput): readonly string[] {
  const { siteHost, content, external, page, reportUri } = input;
  const stored = [...DOWNLOADS, ...STORED_OBJECTS];
  const self = "'self'";
  const directives: readonly (readonly string[])[] = [
    ['default-src', self, ...stored],
    ['frame-ancestors', self, ...ANCESTORS, siteHost, ...stored],
    ['frame-src', self, siteHost, MEDIA, ...(external.frames ?? []), ...stored],
    ['font-src', self, ...stored, ...(external.fonts ?? [])],
    ['img-src', self, 'data:', 'blob:', siteHost, ...IMAGES, ...stored, ...(external.images ?? [])],
    ['media-src', self, 'data:', 'blob:', siteHost, MEDIA, ...(external.media ?? []), ...stored],
    [
      'connect-src',
      self,
      siteHost,
      ...CONNECTIONS,
      ...DOWNLOADS,
      ...UPLOADS,
      ...STORED_OBJECTS,
      FORGE_CDN,
      ...(external.client ?? []),
    ],
    [
      'script-src',
      self,
      FORGE_CDN,
      ...stored,
      ...scriptSources(content.scripts ?? [], page),
      ...(external.scripts ?? []),
    ],
    [
      'style-src',
      self,
      siteHost,
      FORGE_CDN,
      ...stored,
      ...styleSources(content.styles ?? [], page),
      ...(external.styles ?? []),
    ],
    ['form-action', self],
    ['sandbox', ...SANDBOX],
    ['report-uri', reportUri],
  ];
  return directives.map((directive) => directive.join(' '));
}

/** Known words and hashes of the manifest, and the hashes of the page's own inline scripts unless all are allowed. */
function scriptSources(declared: readonly string[], page: string): readonly string[] {
  const words = declared.filter((value) => SCRIPT_WORDS.includes(value));
  const hashes = declared.filter((value) => HASH.test(value));
  const own = words.includes('unsafe-inline') ? [] : inlineScripts(page).map(hashOf);
  const further = hashes.filter((hash) => !own.includes(hash));
  return [...words, ...own, ...further].map((value) => (value === 'blob:' ? value : `'${value}'`));
}

/** `unsafe-inline` from the manifest, or in the old way from a `<meta>` of the page. */
function styleSources(declared: readonly string[], page: string): readonly string[] {
  const allowed =
    declared.includes('unsafe-inline') || /style-src [^;]*'unsafe-inline'/.test(metaPolicy(page));
  return allowed ? ["'unsafe-inline'"] : [];
}

function metaPolicy(page: string): string {
  const meta =
    /<meta\b[^>]*http-equiv=["']?Content-Security-Policy["']?[^>]*>/i.exec(page)?.[0] ?? '';
  const content = /\bcontent=(?:"([^"]*)"|'([^']*)')/i.exec(meta);
  return content?.[1] ?? content?.[2] ?? '';
}

function inlineScripts(page: string): readonly string[] {
  return [...page.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script\s*>/gi)]
    .filter(([, attributes = '']) => !/(?:^|\s)src\s*=/i.test(attributes))
    .map(([, , code = '']) => code)
    .filter((code) => code !== '');
}

function hashOf(code: string): string {
  return `sha256-${createHash('sha256').update(code).digest('base64')}`;
}
