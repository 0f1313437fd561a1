import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import { CSPInjectionService, CSPProcessingService } from '@forge/csp';
import type { ContentPermissions, ExternalPermissions } from '../../types.ts';
import { cspDirectives } from './csp.ts';
import { CspReports } from './csp-reports.ts';
import { CONNECT_SANDBOX, forgeSandbox } from './sandbox.ts';

type Parameters = ConstructorParameters<typeof CSPProcessingService>;

// cheerio is a peer of @forge/csp, not a dependency of ours.
const requireNearCsp = createRequire(createRequire(import.meta.url).resolve('@forge/csp'));
const { load } = requireNearCsp('cheerio') as { load: Parameters[1] };

const SITE = 'localhost:4400';
const REPORT = 'http://localhost:4402/csp-report';
const HASH = 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=';

/** What the real package makes of a manifest and a page. */
function real(
  content: ContentPermissions,
  external: ExternalPermissions,
  page: string,
): readonly string[] {
  const { client, ...others } = external;
  const logger = { info: () => undefined } as unknown as Parameters[0];
  const permissions = {
    scopes: [],
    content,
    external: { ...others, ...(client && { fetch: { client } }) },
  };
  const details = new CSPProcessingService(logger, load).getCspDetails(
    page,
    permissions as unknown as Parameters[0] as never,
  );
  return new CSPInjectionService().getInjectableCSP({
    existingCSPDetails: details,
    microsEnv: 'prod',
    tunnelCSPReporterUri: undefined as unknown as string,
    hostname: SITE,
  });
}

/** Directives by name. The order of sources means nothing, nor does `''`, which the package makes of an empty script. */
function byName(directives: readonly string[]): Record<string, readonly string[]> {
  return Object.fromEntries(
    directives.map((directive) => {
      const [name = '', ...sources] = directive.split(' ');
      return [name, sources.filter((source) => source !== "''").toSorted()];
    }),
  );
}

const PLAIN = '<!doctype html><html><head><title>App</title></head><body></body></html>';
const INLINE = `<html><head><script>start("ä < b");</script><script src="./a.js"></script>
<script type="application/json">{"a":1}</script><script></script></head></html>`;
const META = `<html><head><meta http-equiv="Content-Security-Policy" content="style-src 'self' 'unsafe-inline'"></head></html>`;

const CASES: readonly (readonly [string, ContentPermissions, ExternalPermissions, string])[] = [
  ['no permissions', {}, {}, PLAIN],
  ['inline styles', { styles: ['unsafe-inline'] }, {}, PLAIN],
  ['script words', { scripts: ['unsafe-eval', 'unsafe-hashes', 'blob:'] }, {}, PLAIN],
  ['a hash of the manifest', { scripts: [HASH] }, {}, INLINE],
  ['inline scripts of the page', {}, {}, INLINE],
  ['all inline scripts', { scripts: ['unsafe-inline'] }, {}, INLINE],
  [
    'words that are not allowed',
    { scripts: ['https://evil.example', "x'"], styles: ['blob:'] },
    {},
    PLAIN,
  ],
  ['the old meta element', {}, {}, META],
  [
    'other hosts of every kind',
    { styles: ['unsafe-inline'] },
    {
      images: ['https://images.example.com'],
      media: ['*.media.example.com'],
      scripts: ['https://scripts.example.com/a.js'],
      styles: ['https://styles.example.com'],
      fonts: ['https://fonts.example.com'],
      frames: ['https://frames.example.com'],
      client: ['https://api.example.com', 'wss://live.example.com'],
    },
    PLAIN,
  ],
  ['every host', {}, { client: ['*'] }, PLAIN],
];

describe('the content security policy', () => {
  it.each(CASES)('equals the real one with %s', (_name, content, external, page) => {
    const ours = cspDirectives({ siteHost: SITE, content, external, page, reportUri: REPORT });
    const { 'report-uri': report, ...rest } = byName(ours);
    const { 'report-uri': atlassian, ...expected } = byName(real(content, external, page));
    expect(rest).toEqual(expected);
    expect(report).toEqual([REPORT]);
    expect(atlassian).toHaveLength(1);
  });
});

describe('the sandbox of frames', () => {
  it('keeps popups from a Forge frame unless the app may call every host', () => {
    expect(forgeSandbox({})).not.toContain('popups');
    const open = forgeSandbox({ externalPermissions: { client: ['*'] } });
    expect(open).toContain('allow-popups allow-popups-to-escape-sandbox');
  });

  it('adds only what the manifest may add', () => {
    const words = ['allow-storage-access-by-user-activation', 'allow-top-navigation'];
    const sandbox = forgeSandbox({ sandboxPermissions: words });
    expect(sandbox).toContain(words[0]);
    expect(sandbox).not.toContain(words[1]);
  });

  it('never lets a Connect frame leave the page without a click', () => {
    expect(CONNECT_SANDBOX.split(' ')).toContain('allow-top-navigation-by-user-activation');
    expect(CONNECT_SANDBOX.split(' ')).not.toContain('allow-top-navigation');
  });
});

describe('reports of broken policies', () => {
  it('are counted, and what is no report is dropped', () => {
    const reports = new CspReports();
    const body = JSON.stringify({
      'csp-report': {
        'document-uri': 'http://localhost:4402/main/main/?x=1',
        'effective-directive': 'img-src',
        'blocked-uri': 'https://other.example/a.png',
      },
    });
    for (const text of [body, body, 'nothing', '{"a":1}']) reports.add(text);
    expect(reports.list()).toEqual([
      {
        document: 'http://localhost:4402/main/main/',
        directive: 'img-src',
        blocked: 'https://other.example/a.png',
        sample: '',
        count: 2,
      },
    ]);
  });
});
