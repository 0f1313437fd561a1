import { describe, expect, it } from '@jest/globals';
import type { Tenant } from './tenant.ts';
import { createTenants } from './tenants.ts';

const tenant = (sharedSecret: string): Tenant => ({
  key: 'app',
  clientKey: 'k',
  baseUrl: 'https://acme.example.net',
  sharedSecret,
});

function setUp() {
  const state = { stored: tenant('first-secret-of-many'), loads: 0, now: 0 };
  const tenants = createTenants(
    {
      get: () => {
        state.loads += 1;
        return Promise.resolve(state.stored);
      },
      save: (next) => {
        state.stored = next;
        return Promise.resolve();
      },
      remove: () => Promise.resolve(),
    },
    () => state.now,
  );
  tenants.cache.resume();
  return { state, tenants };
}

describe('the tenants', () => {
  it('are read past the cache when asked again', async () => {
    const { state, tenants } = setUp();
    await tenants.get('k');
    state.stored = tenant('second-secret-of-many');
    expect((await tenants.get('k'))?.sharedSecret).toBe('first-secret-of-many');
    expect((await tenants.again('k'))?.sharedSecret).toBe('second-secret-of-many');
  });

  it('cannot be made to read more than once a second by wrong signatures', async () => {
    const { state, tenants } = setUp();
    await tenants.get('k');
    for (let n = 0; n < 100; n += 1) await tenants.again('k');
    expect(state.loads).toBe(2);
    state.now = 1_000;
    await tenants.again('k');
    expect(state.loads).toBe(3);
  });

  it('forget what they held as soon as they save', async () => {
    const { tenants } = setUp();
    await tenants.get('k');
    await tenants.save(tenant('second-secret-of-many'));
    expect((await tenants.get('k'))?.sharedSecret).toBe('second-secret-of-many');
  });
});
