import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { comparesProperty } from './compare-property.ts';
import { connectConditionsHold } from './connect-conditions.ts';
import { displayConditionsHold } from './display-conditions.ts';
import type { Facts } from './facts.ts';

interface Given {
  readonly admin?: boolean;
  readonly licensed?: boolean;
  readonly permissions?: readonly string[];
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly nowhere?: boolean;
}

function factsOf(given: Given = {}): Facts & { readonly heard: string[] } {
  const heard: string[] = [];
  return {
    heard,
    licensed: given.licensed !== false,
    user: { accountId: 'a', displayName: 'Ada Admin', admin: given.admin === true },
    ...(given.nowhere === true
      ? {}
      : { issue: { key: 'TALLY-1', type: 'Bug' }, project: { key: 'TALLY' } }),
    permits: (permission) => given.permissions?.includes(permission) === true,
    property: (entity, key) => Promise.resolve(given.properties?.[`${entity}.${key}`]),
    unknown: (condition) => heard.push(condition),
  };
}

const single = (condition: string, params?: object, invert = false): object => ({
  condition,
  invert,
  ...(params && { params }),
});

describe('conditions of Connect modules', () => {
  it('know who looks', async () => {
    const conditions = [single('user_is_logged_in'), single('user_is_admin')];
    expect(await connectConditionsHold(conditions, factsOf({ admin: true }))).toBe(true);
    expect(await connectConditionsHold(conditions, factsOf())).toBe(false);
    expect(await connectConditionsHold(undefined, factsOf())).toBe(true);
    const licensed = [single('addon_is_licensed')];
    expect(await connectConditionsHold(licensed, factsOf())).toBe(true);
    expect(await connectConditionsHold(licensed, factsOf({ licensed: false }))).toBe(false);
  });

  it('join by and, or, and invert', async () => {
    const either = [{ or: [single('user_is_admin'), single('has_selected_project')] }];
    expect(await connectConditionsHold(either, factsOf())).toBe(true);
    expect(await connectConditionsHold(either, factsOf({ nowhere: true }))).toBe(false);
    const both = [
      { and: [single('has_selected_project'), single('user_is_admin', undefined, true)] },
    ];
    expect(await connectConditionsHold(both, factsOf())).toBe(true);
    expect(await connectConditionsHold(both, factsOf({ admin: true }))).toBe(false);
  });

  it('ask for permissions', async () => {
    const edit = [single('has_issue_permission', { permission: 'EDIT_ISSUES' })];
    expect(await connectConditionsHold(edit, factsOf({ permissions: ['EDIT_ISSUES'] }))).toBe(true);
    const nowhere = factsOf({ permissions: ['EDIT_ISSUES'], nowhere: true });
    expect(await connectConditionsHold(edit, nowhere)).toBe(false);
  });

  it('read entity properties', async () => {
    const properties = { 'app.flags': { on: true }, 'project.tags': ['a', 'b'] };
    const equal = [
      single('entity_property_equal_to', {
        entity: 'addon',
        propertyKey: 'flags',
        objectName: 'on',
        value: 'true',
      }),
    ];
    expect(await connectConditionsHold(equal, factsOf({ properties }))).toBe(true);
    expect(await connectConditionsHold(equal, factsOf())).toBe(false);
    const any = [
      single('entity_property_contains_any', {
        entity: 'project',
        propertyKey: 'tags',
        value: '["x","b"]',
      }),
    ];
    expect(await connectConditionsHold(any, factsOf({ properties }))).toBe(true);
  });

  it('hide what is not known, inverted or not, and say so', async () => {
    for (const invert of [false, true]) {
      const facts = factsOf();
      expect(await connectConditionsHold([single('feature_flag', {}, invert)], facts)).toBe(false);
      expect(facts.heard).toEqual(['Connect condition feature_flag']);
    }
    const facts = factsOf();
    expect(await connectConditionsHold([{ nonsense: 1 }], facts)).toBe(false);
    expect(facts.heard).toHaveLength(1);
    const either = [{ or: [single('has_selected_project'), single('is_watching_issue')] }];
    expect(await connectConditionsHold(either, factsOf())).toBe(true);
  });
});

describe('display conditions of Forge modules', () => {
  it('follow the documented example of nested operators', async () => {
    const declared = {
      or: { isAdmin: true, and: { projectKey: 'TALLY', not: { issueType: 'Epic' } } },
    };
    expect(await displayConditionsHold(declared, factsOf())).toBe(true);
    expect(await displayConditionsHold(declared, factsOf({ nowhere: true }))).toBe(false);
    expect(await displayConditionsHold(declared, factsOf({ nowhere: true, admin: true }))).toBe(
      true,
    );
  });

  it('join several at one level by and', async () => {
    const declared = { isLoggedIn: true, issueType: ['Bug', 'Task'], projectType: 'software' };
    expect(await displayConditionsHold(declared, factsOf())).toBe(true);
    expect(await displayConditionsHold({ ...declared, isAdmin: true }, factsOf())).toBe(false);
    expect(await displayConditionsHold({ isAdmin: false }, factsOf())).toBe(true);
  });

  it('compare entity properties as strings', async () => {
    const facts = factsOf({ properties: { 'issue.list': { done: 42 } } });
    const equal = (value: string, objectName?: string): object => ({
      entityPropertyEqualTo: { entity: 'issue', propertyKey: 'list', value, objectName },
    });
    expect(await displayConditionsHold(equal('42', 'done'), facts)).toBe(true);
    expect(await displayConditionsHold(equal('{"done":42}'), facts)).toBe(true);
    expect(await displayConditionsHold(equal('42'), facts)).toBe(false);
  });

  it('hide what is not known, also below not, and say so', async () => {
    const facts = factsOf();
    expect(await displayConditionsHold({ not: { canDeleteAllComments: true } }, facts)).toBe(false);
    expect(await displayConditionsHold('admin', facts)).toBe(false);
    expect(facts.heard).toEqual([
      'display condition canDeleteAllComments',
      'display conditions of an unknown shape',
    ]);
  });
});

describe('tests of an entity property', () => {
  it('contain all only if they contain any, and exist if anything passes', () => {
    const value = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.array(fc.oneof(fc.string(), fc.boolean())),
    );
    const wanted = fc.array(fc.string(), { minLength: 1 });
    fc.assert(
      fc.property(value, wanted, (have, expected) => {
        const all = comparesProperty('containsAll', have, undefined, expected);
        const any = comparesProperty('containsAny', have, undefined, expected);
        expect(all && !any).toBe(false);
        expect(comparesProperty('exists', have, undefined, undefined)).toBe(true);
      }),
    );
  });

  it('pass for nothing that is not there', () => {
    for (const test of ['exists', 'equalTo', 'containsAny', 'containsAll'] as const) {
      expect(comparesProperty(test, undefined, undefined, 'x')).toBe(false);
      expect(comparesProperty(test, { a: { b: 1 } }, 'a.c', '1')).toBe(false);
      expect(comparesProperty(test, { a: 'text' }, 'a.length', '4')).toBe(false);
    }
  });
});
