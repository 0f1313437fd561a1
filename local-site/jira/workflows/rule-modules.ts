import type { RuleKind, RuleModule, SiteModule, WorkflowRule } from '../../types.ts';
import { namesOf, ruleKindOf } from '../modules.ts';

/** The modules that can be rules of a transition. */
export function ruleModulesOf(modules: readonly SiteModule[]): readonly RuleModule[] {
  return modules.flatMap((module) => {
    const kind = ruleKindOf(module);
    return kind === undefined ? [] : [{ kind, ...namesOf(module), module }];
  });
}

/**
 * The module that runs a rule now. A rule saved by Connect runs in the Forge module of its key where there is one, with the
 * configuration it has [adopting Forge from Connect, "Jira workflow modules"]; a rule saved by Forge never runs in a Connect
 * module again.
 */
export function moduleOfRule(
  modules: readonly SiteModule[],
  rule: Pick<WorkflowRule, 'kind' | 'moduleKey' | 'savedAs'>,
): RuleModule | undefined {
  const forge = find(modules, 'forge', rule);
  if (forge !== undefined || rule.savedAs === 'forge') return forge;
  return find(modules, 'connect', rule);
}

function find(
  modules: readonly SiteModule[],
  face: SiteModule['face'],
  { kind, moduleKey }: { readonly kind: RuleKind; readonly moduleKey: string },
): RuleModule | undefined {
  return ruleModulesOf(modules).find(
    ({ kind: each, module }) => each === kind && module.face === face && module.key === moduleKey,
  );
}
