import { describe, expect, it } from '@jest/globals';
import type { UpgradeStatus } from '../../checklist/upgrade-status.ts';
import { wireErrorSchema } from '../../checklist/wire-error.ts';
import type { Scripted } from '../testing/forge-globals.ts';
import { openOutside } from '../testing/forge-globals.ts';
import { upgrade } from './upgrade.ts';

const ASK_JIRA = 'jira as user GET /rest/api/3/mypermissions?permissions=ADMINISTER';
const ASK_STATUS = 'remote connect GET /forge/upgrade';
const ASK_EXPORT = 'remote connect GET /forge/export';

const admin = permission(true);
const status: UpgradeStatus = {
  state: 'copying',
  recordsTotal: 2000,
  recordsCopied: 700,
  differences: null,
  startedAt: '2026-11-22T10:00:00.000Z',
  lastCheckedAt: null,
  expectedEndAt: '2026-11-22T10:20:00.000Z',
  setAside: [{ key: 'a1', what: 'Release list', reason: 'too large', issueId: '10001' }],
  link: { state: 'linked', channels: ['installed', 'fit'], reason: null },
};

function permission(havePermission: boolean): Scripted {
  return { status: 200, body: { permissions: { ADMINISTER: { havePermission } } } };
}

function invoke(functionKey: string): Promise<unknown> {
  return upgrade(
    { call: { functionKey, payload: {} }, context: { moduleKey: 'upgrade' } },
    { principal: { accountId: 'ada' }, installContext: 'ari:cloud:jira::site/1' },
  );
}

describe('the resolver of the upgrade page', () => {
  it("hands the server's status to an administrator", async () => {
    await using outside = await openOutside({
      [ASK_JIRA]: admin,
      [ASK_STATUS]: { status: 200, body: status },
    });
    expect(await invoke('upgradeStatus')).toEqual(status);
    expect(outside.seen.map((call) => `${call.to} ${call.method} ${call.path}`)).toEqual([
      ASK_JIRA,
      ASK_STATUS,
    ]);
  });

  it('refuses a user who is no administrator, and does not ask the server', async () => {
    await using outside = await openOutside({ [ASK_JIRA]: permission(false) });
    await expect(invoke('upgradeStatus')).resolves.toMatchObject({ error: { code: 'forbidden' } });
    await expect(invoke('exportEverything')).resolves.toMatchObject({
      error: { code: 'forbidden' },
    });
    expect(outside.seen.filter((call) => call.to === 'remote connect')).toEqual([]);
  });

  it.each([
    ['Jira fails', { status: 500, body: 'oops' }],
    ['Jira refuses', { status: 403, body: {} }],
    ['Jira leaves the permission out', { status: 200, body: { permissions: {} } }],
    ["Jira's answer is no JSON", { status: 200, body: '<html>' }],
    ['the platform fails', { status: 502, body: '', headers: { 'forge-proxy-error': 'X' } }],
  ])('never takes silence for a yes: %s', async (_, answer) => {
    await using outside = await openOutside({ [ASK_JIRA]: answer });
    await expect(invoke('upgradeStatus')).resolves.toMatchObject({
      error: { code: 'admin_check_failed' },
    });
    expect(outside.seen).toHaveLength(1);
  });

  it('lets the platform ask for consent when the user has not given it', async () => {
    await using outside = await openOutside({
      [ASK_JIRA]: {
        status: 401,
        body: '',
        headers: { 'forge-proxy-error': 'NEEDS_AUTHENTICATION_ERR' },
      },
    });
    await expect(invoke('upgradeStatus')).rejects.toMatchObject({
      name: 'NEEDS_AUTHENTICATION_ERR',
    });
    expect(outside.seen).toHaveLength(1);
  });

  it.each([
    [
      'is not linked',
      403,
      { error: { code: 'unlinked_installation', message: 'x' } },
      'unlinked_installation',
    ],
    ['refuses', 401, { error: { code: 'unauthenticated', message: 'x' } }, 'refused'],
    ['has no such route', 404, 'Not found', 'refused'],
    ['redirects', 304, '', 'refused'],
    [
      'is out of its database',
      503,
      { error: { code: 'database_unavailable', message: 'x' } },
      'database_unavailable',
    ],
    ['is busy', 429, '', 'unreachable'],
    ['breaks', 500, '<html>', 'unreachable'],
    ['answers an empty object', 200, {}, 'unreadable'],
    ['answers nothing', 200, '', 'unreadable'],
    ['leaves a number out', 200, { ...status, recordsCopied: undefined }, 'unreadable'],
    ['names an unknown state', 200, { ...status, state: 'done' }, 'unreadable'],
  ])('says so when the server %s', async (_, code, body, expected) => {
    await using outside = await openOutside({
      [ASK_JIRA]: admin,
      [ASK_STATUS]: { status: code, body },
    });
    await expect(invoke('upgradeStatus')).resolves.toMatchObject({ error: { code: expected } });
    expect(outside.seen).toHaveLength(2);
  });

  it('says so when the remote key is unknown to the platform', async () => {
    await using outside = await openOutside({
      [ASK_JIRA]: admin,
      [ASK_STATUS]: { status: 400, body: '', headers: { 'forge-proxy-error': 'INVALID_REMOTE' } },
    });
    await expect(invoke('upgradeStatus')).resolves.toMatchObject({
      error: { code: 'unreachable' },
    });
    expect(outside.seen).toHaveLength(2);
  });

  it("hands on the server's own words when it can't answer now", async () => {
    const error = { code: 'database_unavailable', message: 'Stored safely.', next: 'Wait.' };
    await using outside = await openOutside({
      [ASK_JIRA]: admin,
      [ASK_STATUS]: { status: 503, body: { error: { ...error, secret: 'host 10.0.0.1' } } },
    });
    expect(await invoke('upgradeStatus')).toEqual({ error });
    expect(outside.seen).toHaveLength(2);
  });

  it('gives a message, a next step and no cause with each failure', async () => {
    await using outside = await openOutside({ [ASK_JIRA]: permission(false) });
    const answer = wireErrorSchema.parse(await invoke('exportEverything'));
    expect(answer.error).toEqual({
      code: 'forbidden',
      message: expect.stringMatching(/\.$/),
      next: expect.stringMatching(/\.$/),
    });
    expect(outside.seen).toHaveLength(1);
  });

  it('exports what the server gives, unchanged', async () => {
    const document = { tenant: 'x', lists: [{ name: 'Zoë ✓' }], settings: {} };
    await using outside = await openOutside({
      [ASK_JIRA]: admin,
      [ASK_EXPORT]: { status: 200, body: document },
    });
    expect(await invoke('exportEverything')).toEqual(document);
    expect(outside.seen).toHaveLength(2);
  });

  it('points to the other page when an export does not fit through a function', async () => {
    await using outside = await openOutside({
      [ASK_JIRA]: admin,
      [ASK_EXPORT]: { status: 200, body: { lists: 'é'.repeat(2_300_000) } },
    });
    await expect(invoke('exportEverything')).resolves.toMatchObject({
      error: { code: 'export_too_large' },
    });
    expect(outside.seen).toHaveLength(2);
  });

  it('knows no other definition', async () => {
    await using outside = await openOutside({});
    await expect(invoke('upgradeNow')).rejects.toThrow(/no definition for 'upgradeNow'/);
    expect(outside.seen).toHaveLength(0);
  });

  it('says so when the server is down', async () => {
    await using outside = await openOutside({ [ASK_JIRA]: admin });
    await outside.loseRemote();
    await expect(invoke('upgradeStatus')).resolves.toMatchObject({
      error: { code: 'unreachable' },
    });
  });
});
