import { describe, expect, it } from '@jest/globals';
import { judgeBehindForge } from './classify-behind-forge.ts';

describe('a record while Forge is the authority', () => {
  it('puts every case into its class', () => {
    const here = (n: number, hash = 'a', deleted = false) => ({
      ...{ version: { e: 2, n }, hash, deleted, mayLag: false },
    });
    const there = (n: number, hash = 'a') => ({ version: { e: 2, n }, hash, deleted: false });
    const of = (...args: Parameters<typeof judgeBehindForge>) => {
      const result = judgeBehindForge(...args);
      return typeof result === 'string' ? result : result.class;
    };
    const nothing = { version: { e: 0, n: 0 }, hash: undefined, deleted: true };
    expect(of('k', here(3), there(3), false)).toBe('same');
    expect(of('k', here(3), there(3, 'b'), true)).toBe('corrupt');
    expect(of('k', here(3), there(4), true)).toBe('lag');
    expect(of('k', here(3), there(4), false)).toBe('corrupt');
    expect(of('k', here(5), there(4), true)).toBe('ahead');
    expect(of('k', undefined, there(1), true)).toBe('lag');
    expect(of('k', undefined, there(1), false)).toBe('rogue');
    expect(of('k', undefined, nothing, false)).toBe('same');
    expect(of('k', here(3, 'a', true), nothing, false)).toBe('same');
    expect(of('k', here(3), nothing, true)).toBe('corrupt');
  });
});
