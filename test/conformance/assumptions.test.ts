import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { renderAssumptions } from '../../scripts/assumptions/render-assumptions.ts';
import {
  assumption,
  ASSUMPTION_GROUPS,
  isThere,
  type AssumptionEntry,
  type AssumptionId,
} from '../../storage-migration/assumptions.ts';
import { localSwitches, SETTINGS } from './local-switches.ts';

const REGISTER: readonly (AssumptionEntry & { id: string })[] = ASSUMPTION_GROUPS.flatMap(
  ({ entries }) => Object.entries(entries).map(([id, entry]) => ({ id, ...entry })),
);

describe('the register of assumptions', () => {
  it('has a name of its own for every assumption', () => {
    const names = REGISTER.map(({ id }) => id);
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
    expect(names.filter((name) => !/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name))).toEqual([]);
  });

  it('speaks in complete sentences', () => {
    const texts = REGISTER.flatMap(({ id, ...entry }) => [
      [id, entry.statement],
      [id, entry.ifWrong],
      [id, isThere(entry.switch) ? 'A switch.' : entry.switch.none],
      [id, isThere(entry.probe) ? entry.probe.what : entry.probe.none],
      [id, entry.designSafe ?? 'A reason.'],
    ]);
    expect(texts.filter(([, text]) => !/^[\p{Lu}\p{L}"].*[.]$/su.test(text ?? ''))).toEqual([]);
    expect(texts.filter(([, text]) => (text ?? '').includes('\n'))).toEqual([]);
  });

  it('names a source and the section of the notes for each', () => {
    expect(REGISTER.filter(({ source }) => source.length < 10).map(({ id }) => id)).toEqual([]);
    const notes = /^(forge-storage|forge-runtime|connect-on-forge|connect-express)\b/;
    expect(REGISTER.filter(({ section }) => !notes.test(section)).map(({ id }) => id)).toEqual([]);
  });

  it('says how a guess can be confirmed, or why it is harmless', () => {
    const blind = REGISTER.filter(
      ({ evidence, probe, designSafe }) =>
        evidence === 'open' && !isThere(probe) && designSafe === undefined,
    );
    expect(blind.map(({ id }) => id)).toEqual([]);
  });

  it('names only switches that the local site has', () => {
    const known = localSwitches();
    const unknown = REGISTER.flatMap(({ id, switch: name }) =>
      isThere(name) && !known.has(name) ? [`${id}: ${name}`] : [],
    );
    expect(unknown).toEqual([]);
  });

  it('has an assumption behind every switch of the local site that reads an unknown', () => {
    const named = new Set(REGISTER.flatMap(({ switch: name }) => (isThere(name) ? [name] : [])));
    const orphans = [...localSwitches()].filter((name) => !named.has(name) && !(name in SETTINGS));
    expect(orphans).toEqual([]);
  });

  it('keeps no excuse for a switch that is gone or that an assumption names', () => {
    const known = localSwitches();
    const named = new Set(REGISTER.flatMap(({ switch: name }) => (isThere(name) ? [name] : [])));
    expect(Object.keys(SETTINGS).filter((name) => !known.has(name) || named.has(name))).toEqual([]);
  });

  it('is found by name', () => {
    const id: AssumptionId = 'query-lag';
    expect(assumption(id)).toMatchObject({ id, switch: 'storage.queryLagMs' });
  });

  it('is what docs/platform-assumptions.md says', async () => {
    const page = new URL('../../docs/platform-assumptions.md', import.meta.url);
    const written = await readFile(page, 'utf8');
    // When this fails: npm run assumptions
    expect(written === renderAssumptions(ASSUMPTION_GROUPS)).toBe(true);
  });
});
