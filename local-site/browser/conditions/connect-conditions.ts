import { z } from 'zod';
import { comparesProperty } from './compare-property.ts';
import type { PropertyTest } from './compare-property.ts';
import type { Facts, PropertyEntity } from './facts.ts';

const Params = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean()]).transform(String),
);
const Single = z.object({
  condition: z.string(),
  invert: z.union([z.boolean(), z.literal('true').transform(() => true)]).default(false),
  params: Params.default({}),
});

type Condition =
  | z.infer<typeof Single>
  | { readonly and: readonly Condition[] }
  | { readonly or: readonly Condition[] };

const Conditions: z.ZodType<readonly Condition[]> = z.lazy(() =>
  z.array(
    z.union([
      Single,
      z.object({ and: Conditions }),
      z.object({ or: Conditions }),
    ]) as z.ZodType<Condition>,
  ),
);

type Check = (facts: Facts, params: Readonly<Record<string, string>>) => boolean | Promise<boolean>;

const admin: Check = ({ user }) => user.admin;
const permission: Check = (facts, { permission: key = '' }) => facts.permits(key);

/** Connect's own names of conditions [doc: Connect, "Conditions"], as far as the local site has what they ask for. */
const CHECKS: Readonly<Record<string, Check>> = {
  user_is_logged_in: () => true,
  user_is_admin: admin,
  user_is_sysadmin: admin,
  user_is_project_admin: (facts) =>
    facts.project !== undefined && facts.permits('ADMINISTER_PROJECTS'),
  has_selected_project: ({ project }) => project !== undefined,
  has_global_permission: permission,
  has_project_permission: (facts, params) =>
    facts.project !== undefined && permission(facts, params),
  has_issue_permission: (facts, params) => facts.issue !== undefined && permission(facts, params),
  is_issue_editable: (facts) => facts.issue !== undefined && facts.permits('EDIT_ISSUES'),
  addon_is_licensed: ({ licensed }) => licensed,
  can_use_application: (_facts, { applicationKey }) => applicationKey === 'jira-software',
  entity_property_exists: property('exists'),
  entity_property_equal_to: property('equalTo'),
  entity_property_contains_any: property('containsAny'),
  entity_property_contains_all: property('containsAll'),
};

/**
 * Whether all conditions of a Connect module are fulfilled. What is not known, or not well formed, is told to `facts` and is
 * not fulfilled, inverted or not: a module that Jira might hide is not shown.
 */
export async function connectConditionsHold(declared: unknown, facts: Facts): Promise<boolean> {
  if (declared === undefined) return true;
  const conditions = Conditions.safeParse(declared);
  if (!conditions.success) {
    facts.unknown('conditions of an unknown shape');
    return false;
  }
  return (await every(conditions.data, facts)) === true;
}

/** Three values: undefined stands for not known, and wins over both others where it decides. */
type Verdict = boolean | undefined;

async function holds(condition: Condition, facts: Facts): Promise<Verdict> {
  if ('and' in condition) return every(condition.and, facts);
  if ('or' in condition) return some(condition.or, facts);
  const { condition: name, params, invert } = condition;
  const check = Object.hasOwn(CHECKS, name) ? CHECKS[name] : undefined;
  if (check === undefined) {
    facts.unknown(`Connect condition ${name}`);
    return undefined;
  }
  return (await check(facts, params)) !== invert;
}

async function every(conditions: readonly Condition[], facts: Facts): Promise<Verdict> {
  const verdicts = await Promise.all(conditions.map((each) => holds(each, facts)));
  if (verdicts.includes(false)) return false;
  return verdicts.includes(undefined) ? undefined : true;
}

async function some(conditions: readonly Condition[], facts: Facts): Promise<Verdict> {
  const verdicts = await Promise.all(conditions.map((each) => holds(each, facts)));
  if (verdicts.includes(true)) return true;
  return verdicts.includes(undefined) ? undefined : false;
}

function property(test: PropertyTest): Check {
  return async (facts, { entity = '', propertyKey = '', objectName, value }) => {
    const known = ENTITIES[entity];
    if (known === undefined) {
      facts.unknown(`Connect condition on properties of ${entity}`);
      return false;
    }
    const found = await facts.property(known, propertyKey);
    return comparesProperty(test, found, objectName, listed(test, value));
  };
}

const ENTITIES: Readonly<Record<string, PropertyEntity | undefined>> = {
  addon: 'app',
  issue: 'issue',
  issuetype: 'issueType',
  project: 'project',
  user: 'user',
};

/** The list of the `contains` conditions comes as JSON text. */
function listed(
  test: PropertyTest,
  value: string | undefined,
): string | readonly string[] | undefined {
  if (value === undefined || !test.startsWith('contains')) return value;
  try {
    return z.array(z.string()).parse(JSON.parse(value));
  } catch {
    return value;
  }
}
