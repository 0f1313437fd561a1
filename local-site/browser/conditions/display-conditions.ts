import { z } from 'zod';
import { comparesProperty } from './compare-property.ts';
import type { PropertyTest } from './compare-property.ts';
import type { Facts } from './facts.ts';

const Property = z.object({
  entity: z.enum(['app', 'issue', 'issueType', 'project', 'user']),
  propertyKey: z.string(),
  objectName: z.string().optional(),
  value: z.union([z.string(), z.array(z.string())]).optional(),
});
const Group = z.record(z.string(), z.unknown());

type Check = (facts: Facts, wanted: unknown) => boolean | Promise<boolean>;

/** Conditions that compare a yes or no. */
const is =
  (fact: (facts: Facts) => boolean): Check =>
  (facts, wanted) =>
    fact(facts) === (wanted === true);
const permission: Check = (facts, wanted) => typeof wanted === 'string' && facts.permits(wanted);
const oneOf = (fact: string | undefined, wanted: unknown): boolean =>
  fact !== undefined && [wanted].flat().includes(fact);

/** Forge's names [doc: Forge, "Display conditions", common, Jira and entity property conditions]. */
const CHECKS: Readonly<Record<string, Check>> = {
  isAdmin: is(({ user }) => user.admin),
  isSiteAdmin: is(({ user }) => user.admin),
  canAdministerJira: is(({ user }) => user.admin),
  isLoggedIn: is(() => true),
  hasAppAccess: is(({ licensed }) => licensed),
  hasSoftwareAccess: is(({ user }) => user.projectAccess !== false),
  hasCoreAccess: is(({ user }) => user.projectAccess !== false),
  hasServiceDeskAccess: is(() => false),
  hasGlobalPermission: permission,
  hasProjectPermission: (facts, wanted) => facts.project !== undefined && permission(facts, wanted),
  hasIssuePermission: (facts, wanted) => facts.issue !== undefined && permission(facts, wanted),
  isIssueEditable: is((facts) => facts.issue !== undefined && facts.permits('EDIT_ISSUES')),
  issueType: ({ issue }, wanted) => oneOf(issue?.type, wanted),
  projectKey: ({ project }, wanted) => oneOf(project?.key, wanted),
  // The projects of the local site are company-managed software projects.
  projectType: ({ project }, wanted) => oneOf(project && 'software', wanted),
  entityPropertyExists: property('exists'),
  entityPropertyEqualTo: property('equalTo'),
  entityPropertyContainsAny: property('containsAny'),
  entityPropertyContainsAll: property('containsAll'),
};

/**
 * Whether the `displayConditions` of a Forge module are fulfilled. Several at one level are joined by `and`. What is not
 * known is told to `facts` and is not fulfilled, also below a `not`.
 */
export async function displayConditionsHold(declared: unknown, facts: Facts): Promise<boolean> {
  if (declared === undefined) return true;
  return (await every(declared, facts)) === true;
}

/** Undefined stands for not known. */
type Verdict = boolean | undefined;

async function verdictsOf(group: unknown, facts: Facts): Promise<readonly Verdict[]> {
  const parsed = Group.safeParse(group);
  if (!parsed.success) {
    facts.unknown('display conditions of an unknown shape');
    return [undefined];
  }
  return Promise.all(
    Object.entries(parsed.data).map(([name, wanted]) => holds(name, wanted, facts)),
  );
}

async function holds(name: string, wanted: unknown, facts: Facts): Promise<Verdict> {
  if (name === 'and') return every(wanted, facts);
  if (name === 'or') return some(wanted, facts);
  if (name === 'not') {
    const verdict = await every(wanted, facts);
    return verdict === undefined ? undefined : !verdict;
  }
  const check = Object.hasOwn(CHECKS, name) ? CHECKS[name] : undefined;
  if (check !== undefined) return check(facts, wanted);
  facts.unknown(`display condition ${name}`);
  return undefined;
}

async function every(group: unknown, facts: Facts): Promise<Verdict> {
  const verdicts = await verdictsOf(group, facts);
  if (verdicts.includes(false)) return false;
  return verdicts.includes(undefined) ? undefined : true;
}

async function some(group: unknown, facts: Facts): Promise<Verdict> {
  const verdicts = await verdictsOf(group, facts);
  if (verdicts.includes(true)) return true;
  return verdicts.includes(undefined) ? undefined : false;
}

function property(test: PropertyTest): Check {
  return async (facts, wanted) => {
    const parsed = Property.safeParse(wanted);
    if (!parsed.success) {
      facts.unknown('a property condition of an unknown shape');
      return false;
    }
    const { entity, propertyKey, objectName, value } = parsed.data;
    return comparesProperty(test, await facts.property(entity, propertyKey), objectName, value);
  };
}
