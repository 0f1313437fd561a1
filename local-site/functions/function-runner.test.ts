import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startRunner } from './testing/runner.ts';
import type { TestRunner } from './testing/runner.ts';

/** The real @forge packages in the fixture's bundle, in a process of their own. */
describe('the process of an app version', () => {
  let app: TestRunner;
  beforeAll(async () => {
    app = await startRunner();
  });
  afterAll(() => app.close());

  it('gives results as JSON has them', async () => {
    expect(await app.call('nothing')).toBeUndefined();
    expect(await app.call('result', { kind: 'function' })).toBeUndefined();
    expect(await app.call('result', { kind: 'mixed' })).toEqual({
      date: '1970-01-01T00:00:00.000Z',
      nan: null,
      map: {},
      list: [null, null],
    });
  });

  it('fails a call whose result JSON cannot hold', async () => {
    const bigint = await app.failure('result', { kind: 'bigint' });
    expect([bigint.code, bigint.message]).toEqual([
      'FUNCTION_ERR',
      expect.stringContaining('serialize a BigInt'),
    ]);
    expect((await app.failure('result', { kind: 'circle' })).code).toBe('FUNCTION_ERR');
  });

  it('refuses more than 5 MB in and out, and goes on', async () => {
    const pid = app.runner.pids[0];
    const half = 'x'.repeat(5 * 1024 * 1024);
    expect((await app.failure('echo', half)).code).toBe('PAYLOAD_TOO_BIG');
    expect((await app.failure('big', { bytes: 5 * 1024 * 1024 })).code).toBe('PAYLOAD_TOO_BIG');
    expect(await app.call('big', { bytes: 5 * 1024 * 1024 - 2 })).toHaveLength(5 * 1024 * 1024 - 2);
    expect(app.runner.pids).toEqual([pid]);
  });

  it('tells the remaining time through the SDK', async () => {
    const left = (await app.call('remaining', {}, { timeLimit: 9_000 })) as number;
    expect(left).toBeLessThanOrEqual(9_000);
    expect(left).toBeGreaterThan(0);
  });

  it('shows the licence where there is one', async () => {
    const license = { active: true, isActive: true };
    expect(await app.call('echo', {}, { meta: { license } })).toMatchObject({
      context: { license },
    });
    const { context } = (await app.call('echo')) as { context: object };
    expect(context).not.toHaveProperty('license');
  });

  it('captures the five levels of the console', async () => {
    await app.call('logLevels');
    const five = app.logs.slice(-5).map(({ level, text }) => `${level} ${text}`);
    expect(five).toEqual(['debug debug', 'log log', 'info info', 'warn warn', 'error error']);
  });

  it('drops and counts console lines over 100 and over 200 KB', async () => {
    const linesOf = async (lines: number, text: string): Promise<TestRunner['logs']> => {
      const before = app.logs.length;
      await app.call('logMany', { lines, text });
      return app.logs.slice(before);
    };
    expect(await linesOf(100, 'fits')).toHaveLength(100);
    const many = await linesOf(130, 'too many');
    expect(many).toHaveLength(101);
    expect(many.at(-1)).toMatchObject({ level: 'warn', dropped: 30 });
    const large = await linesOf(3, 'x'.repeat(90 * 1024));
    expect(large).toHaveLength(3);
    expect(large.at(-1)).toMatchObject({ dropped: 1 });
  });

  it('lets nothing out except through fetch and the SDK', async () => {
    const error = await app.failure('nodeHttps', { url: 'https://example.com' });
    expect(error.message).toContain('https.request');
    expect(app.unmodelled).toEqual(['https.request']);
  });

  it('fails the invocation of an exception that nobody caught, lets the others end, and is replaced', async () => {
    const [pid] = app.runner.pids;
    const neighbour = app.call('unhandled', {}, { handler: 'index.rule', event: { n: 1 } });
    const error = await app.failure('uncaught');
    expect([error.code, error.message]).toEqual(['FUNCTION_ERR', 'Nobody catches this.']);
    expect(await neighbour).toMatchObject({ n: 1 });
    expect(await app.call('nothing')).toBeUndefined();
    expect(app.runner.pids).not.toContain(pid);
  });

  it('fails the invocation of a rejection that nobody handled, and stays', async () => {
    await app.call('nothing');
    const { pids } = app.runner;
    expect((await app.failure('unhandled')).message).toBe('Nobody handles this.');
    expect(app.runner.pids).toEqual(pids);
  });

  it('survives an exception after the end of an invocation', async () => {
    await app.call('crashLater');
    await app.call('unhandled').catch(() => undefined);
    expect(await app.call('nothing')).toBeUndefined();
  });
});

describe('the memory of a function', () => {
  let app: TestRunner;
  beforeAll(async () => {
    app = await startRunner({ memoryMB: 128 });
  });
  afterAll(() => app.close());

  it('ends the process when the heap is full, and another one takes the next call', async () => {
    await app.call('nothing');
    const [pid] = app.runner.pids;
    const error = await app.failure('fillHeap');
    expect([error.code, error.message]).toEqual([
      'FUNCTION_OUT_OF_MEMORY',
      'Function ran out of its memory of 128 MB.',
    ]);
    expect(await app.call('nothing')).toBeUndefined();
    expect(app.runner.pids).not.toContain(pid);
  });

  it('counts buffers outside of the heap as well', async () => {
    expect((await app.failure('fillBuffers')).code).toBe('FUNCTION_OUT_OF_MEMORY');
  });

  it('fails the neighbours the same way, because nobody can tell whose memory it was', async () => {
    const neighbour = app.failure('hang');
    expect((await app.failure('fillBuffers')).code).toBe('FUNCTION_OUT_OF_MEMORY');
    expect((await neighbour).code).toBe('FUNCTION_OUT_OF_MEMORY');
  });

  it('is a process of its own where a function has a size of its own', async () => {
    await app.call('nothing');
    const error = await app.failure('fillBuffers', {}, { memoryMB: 160 });
    expect(error.message).toContain('160 MB');
    expect(await app.call('nothing')).toBeUndefined();
    expect(app.runner.coldStarts.length).toBeGreaterThan(0);
  });
});

describe('switches of the process', () => {
  it('can leave a rejection that nobody handled without effect', async () => {
    const app = await startRunner({ unhandledRejectionFails: false });
    try {
      expect(await app.call('unhandled')).toBe('after');
      expect(app.logs.at(-1)?.text).toContain('Nobody handles this.');
    } finally {
      await app.close();
    }
  });
});
