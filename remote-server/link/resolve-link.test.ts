import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CHANNELS, resolveLink } from './resolve-link.ts';
import type { Fact } from './resolve-link.ts';

const installed: Fact = {
  channel: 'installed',
  clientKey: 'key',
  cloudId: 'cloud',
  installationId: 'inst',
  siteUrl: 'https://a.example',
};
const property: Fact = { channel: 'app-property', clientKey: 'key', installationId: 'inst' };
const fit: Fact = {
  channel: 'fit',
  cloudId: 'cloud',
  installationId: 'inst',
  siteUrl: 'https://a.example',
};
const linked = { state: 'linked', clientKey: 'key', cloudId: 'cloud', installationId: 'inst' };

describe('resolveLink', () => {
  it('links from all three channels', () => {
    expect(resolveLink([installed, property, fit])).toEqual({ ...linked, channels: [...CHANNELS] });
  });

  it('links when `installed` was never posted', () => {
    expect(resolveLink([property, fit])).toEqual({ ...linked, channels: ['app-property', 'fit'] });
  });

  it('links when the app property cannot be read', () => {
    expect(resolveLink([installed, fit])).toEqual({ ...linked, channels: ['installed', 'fit'] });
  });

  it('waits when one channel says everything, because one can be wrong', () => {
    expect(resolveLink([installed]).state).toBe('pending');
  });

  it('waits when only the cloud id joins tenant and installation', () => {
    expect(resolveLink([{ ...installed, installationId: undefined }, fit]).state).toBe('pending');
  });

  it('waits while an identifier is missing', () => {
    expect(resolveLink([]).state).toBe('pending');
    expect(resolveLink([fit, { ...fit, channel: 'app-property' }]).state).toBe('pending');
  });

  it.each([
    ['several_client_keys', { ...property, clientKey: 'other' }],
    ['several_cloud_ids', { ...fit, cloudId: 'other' }],
    ['several_installations', { ...fit, installationId: 'other' }],
  ])('stops with %s', (reason, fact) => {
    expect(resolveLink([installed, property, fit, fact])).toMatchObject({
      state: 'conflict',
      reason,
    });
  });

  it('stops when the callback gave no cloud id and came from another address', () => {
    const bare: Fact = { channel: 'installed', clientKey: 'key', siteUrl: 'https://b.example' };
    expect(resolveLink([bare, property, fit])).toMatchObject({ reason: 'other_site' });
  });

  it('takes another address for a rename when the cloud id agrees', () => {
    const renamed: Fact = { ...installed, siteUrl: 'https://old.example' };
    expect(resolveLink([renamed, property, fit])).toMatchObject(linked);
  });
});

const optional = (values: string[]) => fc.option(fc.constantFrom(...values), { nil: undefined });
const fact: fc.Arbitrary<Fact> = fc.record({
  channel: fc.constantFrom(...CHANNELS),
  clientKey: optional(['k1', 'k2']),
  cloudId: optional(['c1', 'c2']),
  installationId: optional(['i1', 'i2']),
  siteUrl: optional(['https://s1', 'https://s2']),
});
const facts = fc.array(fact, { maxLength: 8 });

describe('resolveLink, for any facts', () => {
  const check = <T>(property: fc.IProperty<T>): void => fc.assert(property, { numRuns: 500 });

  it('does not depend on the order of facts or on repetition', () => {
    check(
      fc.property(facts, fc.infiniteStream(fc.nat()), (given, numbers) => {
        const shuffled = [...given, ...given]
          .map((each) => ({ each, at: numbers.next().value as number }))
          .sort((a, b) => a.at - b.at)
          .map(({ each }) => each);
        expect(resolveLink(shuffled)).toEqual(resolveLink(given));
      }),
    );
  });

  it('links only to identifiers that are the only ones among the facts, from two channels', () => {
    check(
      fc.property(facts, (given) => {
        const result = resolveLink(given);
        if (result.state !== 'linked') return;
        for (const field of ['clientKey', 'cloudId', 'installationId'] as const) {
          const said = new Set(given.map((each) => each[field]).filter((id) => id !== undefined));
          expect([...said]).toEqual([result[field]]);
        }
        expect(result.channels.length).toBeGreaterThanOrEqual(2);
      }),
    );
  });

  it('never turns a contradiction of identifiers into a link by hearing more', () => {
    check(
      fc.property(facts, facts, (given, more) => {
        const before = resolveLink(given);
        if (before.state !== 'conflict' || before.reason === 'other_site') return;
        expect(resolveLink([...given, ...more]).state).toBe('conflict');
      }),
    );
  });

  it('keeps a link only as long as every new fact agrees', () => {
    check(
      fc.property(facts, fact, (given, another) => {
        const before = resolveLink(given);
        const after = resolveLink([...given, another]);
        if (before.state !== 'linked' || after.state !== 'linked') return;
        expect({ ...after, channels: [] }).toEqual({ ...before, channels: [] });
      }),
    );
  });
});
