import { request } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createFakeClock } from '../support/index.ts';
import { startTestControl } from './test-control.ts';
import type { TestControl } from './test-control.ts';

const HOUR = 3_600_000;

/** Status of a request with headers that `fetch` does not let a program set. */
function statusWith(url: string, headers: Record<string, string>, method = 'GET'): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on('error', reject).end();
  });
}

describe('the control of a local site', () => {
  let world: TestControl;

  beforeAll(async () => {
    world = await startTestControl({
      switches: { platform: { scheduledDuplicate: 0, eventDuplicate: 0, eventLate: 0 } },
    });
  });
  afterEach(() => {
    world.local.faults.clear();
  });
  afterAll(() => world.close());

  it('answers this machine only, by its own name and to its own pages only', async () => {
    const { host, port } = new URL(world.url);
    for (const headers of [
      { host: `evil.example:${port}` },
      { host, origin: 'http://evil.example' },
      { host, origin: world.local.urls.customUi },
      { host, 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' },
    ]) {
      expect(await statusWith(`${world.url}/state`, headers)).toBe(403);
      expect(await statusWith(`${world.url}/clock`, headers, 'POST')).toBe(403);
    }
    expect(await statusWith(`${world.url}/state`, { host, origin: `http://${host}` })).toBe(200);
    expect(await statusWith(`${world.url}/state`, { host: `127.0.0.1:${port}` })).toBe(200);
    const visit = { host, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    expect(await statusWith(world.url, visit)).toBe(200);
    expect(await statusWith(`${world.url}/nowhere`, { host })).toBe(404);
    expect(await statusWith(`${world.url}/state`, { host }, 'PUT')).toBe(405);
    const page = await fetch(world.url);
    expect(page.headers.get('x-frame-options')).toBe('DENY');
  });

  it('moves the clock and runs what falls due', async () => {
    const before = await world.state();
    expect(before.clock).toMatchObject({ running: true, paused: false, speed: 1, steerable: true });
    world.seen.length = 0;
    expect(await world.ask('clock', { advanceMs: HOUR })).toEqual([
      200,
      'The clock moved on by 1 h.',
    ]);
    expect(world.seen.map(({ path }) => path)).toContain('/forge/tick');
    const { clock } = await world.state();
    expect(clock.now - before.clock.now).toBeGreaterThanOrEqual(HOUR);
    expect(((await world.resolve('whatTimeIsIt')) as { now: number }).now).toBeGreaterThanOrEqual(
      before.clock.now + HOUR,
    );
    expect(await world.ask('clock', { advanceMs: -1 })).toEqual([400, 'invalid']);
  });

  it('stops the clock, lets it run again and hurries it', async () => {
    await world.ask('clock', { paused: true });
    const stood = (await world.state()).clock;
    expect(stood).toMatchObject({ paused: true, speed: 0 });
    await world.ask('clock', { advanceMs: 1_000 });
    expect((await world.state()).clock.now).toBe(stood.now + 1_000);
    expect(await world.ask('clock', { speed: 60 })).toEqual([
      200,
      'Time runs 60 times as fast as on this machine.',
    ]);
    await world.ask('clock', { paused: false });
    expect((await world.state()).clock).toMatchObject({ paused: false, speed: 60 });
    await world.ask('clock', { speed: 1 });
  });

  it('makes calls fail, and says what it did to which', async () => {
    expect(
      await world.ask('faults', { action: 'script', border: 'storage.function', kind: 'throttle' }),
    ).toEqual([200, 'Added to the script.']);
    await expect(world.resolve('keep', { key: 'a', value: 'b' })).rejects.toThrow('(429)');
    expect(await world.resolve('keep', { key: 'a', value: 'b' })).toMatchObject({ back: 'b' });
    await world.ask('faults', {
      ...{ action: 'rate', border: 'storage.function', kind: 'serverError', percent: '100' },
    });
    await expect(world.resolve('keep', { key: 'a', value: 'b' })).rejects.toThrow(/\(50\d\)/);
    const { faults } = await world.state();
    expect(faults.log.slice(-2)).toMatchObject([
      { border: 'storage.function', what: 'main /set', fault: { kind: 'throttle' } },
      { border: 'storage.function', what: 'main /set', fault: { kind: 'serverError' } },
    ]);
    expect(faults.rates).toEqual({ 'storage.function': { serverError: 1 } });
    await world.ask('faults', { action: 'clear' });
    expect(await world.resolve('keep', { key: 'a', value: 'b' })).toMatchObject({ back: 'b' });
    expect(
      await world.ask('faults', { action: 'script', border: 'event', kind: 'throttle' }),
    ).toEqual([400, 'invalid_fault_plan']);
    expect(await (await fetch(`${world.url}/faults/log`)).json()).toHaveLength(faults.log.length);
  });

  it('changes switches of storage and platform while the site runs', async () => {
    await world.ask('switches', { room: 'storage', name: 'queryLagMs', min: '10', max: '20' });
    expect(world.local.store.switches.queryLagMs).toEqual({ min: 10, max: 20 });
    await world.ask('switches', { room: 'storage', name: 'batchGetConsistency', value: 'strict' });
    expect(world.local.store.switches.batchGetConsistency).toBe('strict');
    await world.ask('switches', { room: 'platform', name: 'permissionLagMs', value: 10 * HOUR });
    expect(await world.resolve('jiraAsApp')).toMatchObject({ status: 403 });
    await world.ask('switches', { room: 'platform', name: 'permissionLagMs', value: 0 });
    expect(await world.resolve('jiraAsApp')).not.toMatchObject({ status: 403 });
    expect(
      await world.ask('switches', { room: 'platform', name: 'eco734', value: 'false' }),
    ).toEqual([200, 'platform.eco734 is false.']);
    for (const wrong of [
      { room: 'platform', name: 'systemTokens', value: 1 },
      { room: 'platform', name: 'unknown', value: 1 },
      { room: 'storage', name: 'queryLagMs', min: 2, max: 1 },
      { room: 'storage', name: 'batchGetConsistency', value: 'now and then' },
    ]) {
      expect((await world.ask('switches', wrong))[0]).toBe(400);
    }
  });

  it('names the tokens without showing them, and ends one', async () => {
    await world.local.platform.runSchedule(world.site, 'tick');
    const token = world.seen.findLast(({ path }) => path === '/forge/tick')?.token ?? '';
    const text = await (await fetch(`${world.url}/state`)).text();
    expect(text).not.toContain(token);
    const { tokens } = await world.state();
    const shown = tokens.find(({ id }) => token.startsWith(id));
    expect(shown).toMatchObject({ siteSlug: 'main', way: 'endpoint' });
    expect(shown!.left).toBeGreaterThan(2 * HOUR - 1);
    expect(world.local.platform.siteOfSystemToken(token)).toBe(world.site);
    await world.ask('tokens', { expire: shown!.id });
    expect(world.local.platform.siteOfSystemToken(token)).toBeUndefined();
  });

  it('shows quotas, runs of functions and what is not modelled', async () => {
    await world.resolve('logs');
    await world.resolve('beyond', { call: 'sql' });
    await world.resolve('fails').catch(() => undefined);
    const { quotas, invocations, unmodelled, cspReports } = await world.state();
    expect(quotas).toMatchObject([{ slug: 'main', unitsPerMinute: 4_000 }]);
    expect(quotas[0]!.requests).toBeGreaterThan(0);
    expect(invocations[0]).toMatchObject({
      ...{ siteSlug: 'main', functionKey: 'resolver', outcome: 'FUNCTION_ERR' },
      message: 'The function says no.',
    });
    expect(invocations[2]!.lines).toMatchObject([
      { level: 'warn', text: 'from the function { n: 1 }' },
    ]);
    expect(unmodelled.map(({ what }) => what)).toContain('Forge SQL POST /api/v1/execute');
    expect(cspReports).toEqual([]);
  });

  it('takes a tenant back to what it was, copies it, and uninstalls and reinstalls the app', async () => {
    const act = (action: string, more: object = {}): Promise<[number, string]> =>
      world.ask('tenants', { site: 'main', action, ...more });
    const value = (): unknown =>
      [...world.local.store.inspect(world.site.installationId!)].find(({ key }) => key === 'life')
        ?.value;
    await world.resolve('keep', { key: 'life', value: 'before' });
    expect(await act('restore')).toEqual([400, 'not_possible_now']);
    expect((await act('snapshot'))[0]).toBe(200);
    await world.resolve('keep', { key: 'life', value: 'after' });
    expect(await act('restore')).toEqual([200, 'Tally demo is what it was.']);
    expect(value()).toBe('before');
    expect((await act('copy', { text: 'sandbox' }))[0]).toBe(200);
    expect((await act('licence', { text: 'suspended' }))[0]).toBe(200);
    const { tenants } = await world.state();
    expect(tenants).toMatchObject([
      { slug: 'main', generation: 'hybrid', licence: 'suspended', version: '2.0.0' },
      { slug: 'sandbox', generation: 'hybrid' },
    ]);
    await act('licence', { text: 'active' });
    const before = world.site.installationId;
    expect((await act('reinstall'))[0]).toBe(200);
    expect(world.site.installationId).not.toBe(before);
    expect(value()).toBeUndefined();
    expect((await act('uninstall'))[0]).toBe(200);
    expect(world.site.generation).toBe('none');
    expect(await act('uninstall')).toEqual([400, 'not_possible_now']);
    expect(await world.ask('tenants', { site: 'nowhere', action: 'upgrade' })).toEqual([
      400,
      'unknown_site',
    ]);
    expect((await act('upgrade'))[0]).toBe(200);
    expect(world.site.generation).toBe('hybrid');
  });

  it('takes forms without a script, and says on the page what was wrong', async () => {
    const post = (fields: Record<string, string>): Promise<Response> =>
      fetch(`${world.url}/faults`, {
        method: 'POST',
        redirect: 'manual',
        body: new URLSearchParams(fields),
      });
    const action = JSON.stringify({ action: 'rate' });
    const good = await post({ do: action, border: 'invoke', kind: 'crash', percent: '1' });
    expect([good.status, good.headers.get('location')]).toEqual([303, '/_local/control']);
    expect(world.local.faults.rates()).toEqual({ invoke: { crash: 0.01 } });
    const bad = await post({ do: action, border: 'event', kind: 'crash', percent: '1' });
    const page = await fetch(world.local.urls.site + bad.headers.get('location')!);
    expect(await page.text()).toContain('crash cannot happen at event.');
  });
});

describe('the control of a site on a fake clock', () => {
  it('moves it, and says that it cannot run by itself', async () => {
    const clock = createFakeClock();
    const world = await startTestControl({ clock });
    const before = clock.now();
    expect((await world.ask('clock', { advanceMs: 1_000 }))[0]).toBe(200);
    expect(clock.now()).toBe(before + 1_000);
    expect(await world.ask('clock', { paused: true })).toEqual([400, 'clock_stands_alone']);
    expect((await world.state()).clock).toMatchObject({ running: false, steerable: true });
    await world.close();
  });
});
