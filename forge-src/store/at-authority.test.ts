import { describe, expect, it } from '@jest/globals';
import { LayerError } from 'crossgrade';
import type { ListContext } from 'crossgrade/live';
import { Elsewhere } from '../../checklist/records/index.ts';
import { atAuthority } from './at-authority.ts';

const open = () => Promise.resolve({} as ListContext);
const there = () => Promise.resolve('there');

describe('where a function does its work', () => {
  it('is the server before anything was handed over, and where Postgres is the authority', async () => {
    const here = () => Promise.reject(new Elsewhere('P'));
    expect(await atAuthority(open, { here, there })).toBe('there');
    const never = () => Promise.reject(new Error('not here'));
    expect(await atAuthority(() => Promise.resolve(undefined), { here: never, there })).toBe(
      'there',
    );
  });

  it('waits while nobody is the authority, and goes on wherever that ends', async () => {
    for (const end of ['here', 'there'] as const) {
      let looks = 0;
      const here = () => {
        looks += 1;
        if (looks < 4) return Promise.reject(new Elsewhere('D'));
        return end === 'here' ? Promise.resolve('here') : Promise.reject(new Elsewhere('P'));
      };
      expect(await atAuthority(open, { here, there })).toBe(end);
      expect(looks).toBe(4);
    }
  });

  it('fails with the code of the legacy path when the hand-over does not end', async () => {
    const here = () => Promise.reject(new Elsewhere('D'));
    await expect(atAuthority(open, { here, there, parkMs: 120 })).rejects.toMatchObject({
      code: 'handover_in_progress',
      next: 'Try again in a few seconds.',
    });
  });

  it('is the server where this version can not read the heads, and an error where the store is silent', async () => {
    for (const code of ['head.missing', 'layer.version_mismatch'] as const) {
      const here = () => Promise.reject(new LayerError(code, 'x'));
      expect(await atAuthority(open, { here, there })).toBe('there');
      expect(await atAuthority(here, { here, there })).toBe('there');
    }
    const silent = () => Promise.reject(new LayerError('target.unreachable', 'x'));
    await expect(atAuthority(silent, { here: silent, there })).rejects.toMatchObject({
      code: 'target.unreachable',
    });
  });
});
