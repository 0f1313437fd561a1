import { describe, expect, it } from '@jest/globals';
import { checkManifest } from './check-manifest.ts';

const manifest = `app:
  id: ari:cloud:ecosystem::app/x
  runtime:
    name: nodejs24.x
  connect:
    key: \${CONNECT_KEY}
    remote: connect
  licensing:
    enabled: true
environment:
  variables:
    - CONNECT_KEY
remotes:
  - key: connect
    baseUrl: https://app.example.com
    operations:
      - compute
connectModules:
  jira:lifecycle:
    - key: life
      installed: /installed
  jira:webPanels:
    - key: panel
      url: /panel?id={issue.id}
      location: right
  jira:webhooks:
    - key: made-up
      event: issue_deleted
      url: /deleted
modules:
  jira:globalPage:
    - key: hub
      title: Hub
  connectToForgeMigration:
    - key: intent
  function:
    - key: f
      handler: index.f
permissions:
  scopes:
    - read:connect-jira
    - act-as-user:connect-jira
    - storage:app
  external:
    fetch:
      backend:
        - remote: connect
`;

const descriptor = {
  key: 'com.example.x',
  scopes: ['READ', 'ACT_AS_USER'],
  enableLicensing: true,
  lifecycle: { installed: '/installed' },
  modules: {
    webPanels: [{ key: 'panel', url: '/panel?id={issue.id}', location: 'right' }],
    webhooks: [{ event: 'issue_deleted', url: '/deleted' }],
    generalPages: { key: 'hub', url: '/hub' },
    jiraReports: [{ key: 'report', url: '/report' }],
  },
};
const retired = [
  { type: 'jiraReports', key: 'report', reason: 'Forge has no reports; the hub shows them.' },
];

interface Change {
  find?: string;
  replace?: string;
  descriptor?: object;
  retired?: unknown;
  renderedKey?: string;
}

function check(change: Change = {}) {
  const text =
    change.find === undefined ? manifest : manifest.replace(change.find, change.replace ?? '');
  if (change.find !== undefined) expect(text).not.toBe(manifest);
  return checkManifest({
    manifest: text,
    descriptor: JSON.stringify({ ...descriptor, ...change.descriptor }),
    retired: JSON.stringify(change.retired ?? retired),
    renderedKey: change.renderedKey,
  });
}

/** The line of `text` in the manifest. */
function lineOf(text: string): number {
  return manifest.slice(0, manifest.indexOf(text)).split('\n').length;
}

describe('checkManifest', () => {
  it('finds nothing where each module is embedded, moved or retired', () => {
    expect(check()).toEqual([]);
    expect(check({ renderedKey: 'com.example.x' })).toEqual([]);
  });

  it.each<[string, Change, string, string | undefined]>([
    ['a module that is nowhere', { retired: [] }, 'MODULE_LOST', 'connectModules:'],
    [
      'a moved page with another key',
      { find: 'key: hub', replace: 'key: hub-v2' },
      'MODULE_LOST',
      'connectModules:',
    ],
    [
      'a webhook of another event',
      { find: 'event: issue_deleted', replace: 'event: issue_moved' },
      'MODULE_LOST',
      '- key: made-up',
    ],
    [
      'lifecycle that is gone',
      { find: '  jira:lifecycle:\n    - key: life\n      installed: /installed\n' },
      'MODULE_LOST',
      'connectModules:',
    ],
    [
      'a module on both faces',
      { find: 'key: hub', replace: 'key: hub\n    - key: panel' },
      'MODULE_TWICE',
      '- key: panel',
    ],
    [
      'a module that is embedded and retired',
      { retired: [...retired, { type: 'webPanels', key: 'panel', reason: 'nobody opened it' }] },
      'MODULE_TWICE',
      '- key: panel',
    ],
    [
      'another body',
      { find: 'location: right', replace: 'location: left' },
      'MODULE_CHANGED',
      'key: panel',
    ],
    [
      'a field that is new',
      { find: 'location: right', replace: 'location: right\n      weight: 1' },
      'MODULE_CHANGED',
      'key: panel',
    ],
    [
      'a webhook with another address',
      { find: 'url: /deleted', replace: 'url: /gone' },
      'MODULE_CHANGED',
      'key: made-up',
    ],
    [
      'another callback',
      { find: 'installed: /installed', replace: 'installed: /here' },
      'MODULE_CHANGED',
      'key: life',
    ],
    [
      'a new Connect module',
      { find: '  jira:webhooks:', replace: '  jira:dialogs:\n    - key: d\n  jira:webhooks:' },
      'MODULE_NEW',
      '  jira:webhooks:',
    ],
    [
      'a retired module that never was',
      { retired: [...retired, { type: 'dialogs', key: 'd', reason: 'nobody opened it' }] },
      'RETIRED_UNKNOWN',
      undefined,
    ],
    [
      'retirement without a reason',
      { retired: [{ type: 'jiraReports', key: 'report', reason: 'old' }] },
      'FILE_UNREADABLE',
      undefined,
    ],
    [
      'licensing left out',
      { find: '  licensing:\n    enabled: true\n' },
      'LICENSING_DIFFERS',
      undefined,
    ],
    [
      'a free descriptor',
      { descriptor: { enableLicensing: false } },
      'LICENSING_DIFFERS',
      'enabled: true',
    ],
    [
      'a scope less',
      { find: '    - act-as-user:connect-jira\n' },
      'SCOPES_DIFFER',
      '- read:connect-jira',
    ],
    ['a scope more', { descriptor: { scopes: ['READ'] } }, 'SCOPES_DIFFER', '- read:connect-jira'],
    [
      'another key in production',
      { renderedKey: 'com.example.y' },
      'CONNECT_KEY_DIFFERS',
      '${CONNECT_KEY}',
    ],
    [
      'an undeclared variable',
      { find: '    - CONNECT_KEY', replace: '    - OTHER' },
      'PLACEHOLDER_LEFT',
      '${CONNECT_KEY}',
    ],
    [
      "a converter's placeholder",
      { find: 'https://app.example.com', replace: '"{{localBaseUrl}}"' },
      'PLACEHOLDER_LEFT',
      'https://app',
    ],
    [
      "an author's placeholder",
      { find: 'https://app.example.com', replace: 'https://<replace>.ngrok.io' },
      'PLACEHOLDER_LEFT',
      'https://app',
    ],
    [
      'an old runtime',
      { find: 'nodejs24.x', replace: 'nodejs20.x' },
      'RUNTIME_REFUSED',
      'nodejs24.x',
    ],
    [
      'a remote without operations',
      { find: '    operations:\n      - compute\n' },
      'OPERATIONS_MISSING',
      undefined,
    ],
    [
      'a remote that functions call without compute',
      { find: '- compute', replace: '- storage' },
      'OPERATIONS_MISSING',
      '- compute',
    ],
    [
      'egress that is not declared',
      { find: '        - remote: connect', replace: '        - example.org' },
      'EGRESS_UNDECLARED',
      'external:',
    ],
    [
      'an empty list',
      { find: 'connectModules:', replace: 'connectModules:\n  jira:adminPages: []' },
      'LIST_EMPTY',
      'connectModules:',
    ],
    [
      'a webhook without key',
      { find: '- key: made-up\n      event', replace: '- event' },
      'KEY_MISSING',
      '- key: made-up',
    ],
    [
      'no intent',
      { find: '  connectToForgeMigration:\n    - key: intent\n' },
      'INTENT_MISSING',
      undefined,
    ],
    [
      'a manifest that is no YAML',
      { find: 'app:', replace: 'app: [' },
      'FILE_UNREADABLE',
      undefined,
    ],
    ['a manifest without app', { find: 'app:', replace: 'ap:' }, 'FILE_UNREADABLE', undefined],
    ['a descriptor without key', { descriptor: { key: undefined } }, 'FILE_UNREADABLE', undefined],
  ])('reports %s', (_, change, code, place) => {
    const findings = check(change);
    expect(findings.map((finding) => finding.code)).toContain(code);
    const finding = findings.find((one) => one.code === code);
    expect(finding?.message).toMatch(/\w/);
    // The nearest thing that is there: a line at or just after the place.
    if (place !== undefined) {
      expect(Math.abs((finding?.line ?? 0) - lineOf(place))).toBeLessThanOrEqual(1);
    }
  });

  it('reports scopes in object form without losing the others', () => {
    const findings = check({
      find: '    - read:connect-jira\n    - act-as-user:connect-jira\n    - storage:app\n',
      replace:
        '    read:connect-jira: {}\n    act-as-user:connect-jira:\n      allowImpersonation: false\n',
    });
    expect(findings.map(({ code }) => code)).toEqual(['SCOPES_AS_OBJECT']);
  });

  it('names the field that differs', () => {
    const [finding] = check({ find: 'location: right', replace: 'location: left' });
    expect(finding?.message).toContain('webPanels "panel" is embedded with another location');
  });
});
