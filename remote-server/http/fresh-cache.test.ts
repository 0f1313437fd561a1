import { describe, expect, it } from '@jest/globals';
import { createFreshCache } from './fresh-cache.ts';

function setUp(max = 10) {
  const stored = new Map<string, string>([['a', 'a1']]);
  const state = { loads: 0, now: 0, gate: Promise.resolve() };
  const cache = createFreshCache<string>({
    load: async (key) => {
      state.loads += 1;
      const value = stored.get(key);
      await state.gate;
      return value;
    },
    lifetime: 1000,
    max,
    now: () => state.now,
  });
  cache.resume();
  return { cache, stored, state };
}

describe('a fresh cache', () => {
  it('loads once and again after its lifetime', async () => {
    const { cache, state } = setUp();
    await cache.get('a');
    await cache.get('a');
    expect(state.loads).toBe(1);
    state.now = 1000;
    await cache.get('a');
    expect(state.loads).toBe(2);
  });

  it('loads again after a drop', async () => {
    const { cache, stored } = setUp();
    await cache.get('a');
    stored.set('a', 'a2');
    expect(await cache.get('a')).toBe('a1');
    cache.drop('a');
    expect(await cache.get('a')).toBe('a2');
  });

  it('never keeps what a load read before a drop (trap L)', async () => {
    const { cache, stored, state } = setUp();
    let open = (): void => undefined;
    state.gate = new Promise((resolve) => (open = resolve));
    const old = cache.get('a');
    stored.set('a', 'a2');
    cache.drop('a');
    open();
    expect(await old).toBe('a1');
    expect(await cache.get('a')).toBe('a2');
    expect(state.loads).toBe(2);
  });

  it('keeps nothing while nobody would tell it of changes', async () => {
    const { cache, state } = setUp();
    await cache.get('a');
    cache.suspend();
    expect(cache.size).toBe(0);
    await cache.get('a');
    await cache.get('a');
    expect(state.loads).toBe(3);
    cache.resume();
    await cache.get('a');
    await cache.get('a');
    expect(state.loads).toBe(4);
  });

  it('never keeps what a load began before a suspension', async () => {
    const { cache, state } = setUp();
    let open = (): void => undefined;
    state.gate = new Promise((resolve) => (open = resolve));
    const old = cache.get('a');
    cache.suspend();
    cache.resume();
    open();
    await old;
    expect(cache.size).toBe(0);
  });

  it('shares one load among many readers and remembers no failure and no absence', async () => {
    const { cache, state } = setUp();
    await Promise.all([cache.get('a'), cache.get('a'), cache.get('a')]);
    expect(state.loads).toBe(1);
    expect(await cache.get('b')).toBeUndefined();
    expect(await cache.get('b')).toBeUndefined();
    expect(state.loads).toBe(3);
    state.gate = Promise.reject(new Error('down'));
    await expect(cache.get('c')).rejects.toThrow('down');
    state.gate = Promise.resolve();
    expect(await cache.get('c')).toBeUndefined();
  });

  it('never holds more than its bound', async () => {
    const { cache, stored } = setUp(3);
    for (const key of ['a', 'b', 'c', 'd', 'e']) {
      stored.set(key, key);
      await cache.get(key);
    }
    expect(cache.size).toBe(3);
  });
});
