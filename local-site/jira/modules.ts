import { z } from 'zod';
import type { PropertyAlias, RuleKind, SiteModule } from '../types.ts';

/*
 * What Jira reads from the app's modules. Bodies come from a descriptor or a manifest that was checked when it was deployed;
 * what a module lacks here is left out.
 */

/** Connect writes `{ value }`, Forge a plain text or `{ i18n }`. */
const Text = z.union([
  z.string(),
  z.object({ value: z.string() }).transform(({ value }) => value),
  z.object({ i18n: z.string() }).transform(({ i18n }) => i18n),
]);

const Named = z.object({ name: Text.optional(), description: Text.optional() });

/** Name and description of a module, for the editor. */
export function namesOf(module: SiteModule): { name: string; description: string } {
  const found = Named.safeParse(module.body).data;
  return { name: found?.name ?? module.key, description: found?.description ?? '' };
}

/** The text of a message that may be Connect's or Forge's. */
export function textOf(value: unknown): string | undefined {
  return Text.safeParse(value).data;
}

const RULE_TYPES: Readonly<Record<string, RuleKind>> = {
  jiraWorkflowConditions: 'condition',
  jiraWorkflowValidators: 'validator',
  jiraWorkflowPostFunctions: 'postFunction',
  'jira:workflowCondition': 'condition',
  'jira:workflowValidator': 'validator',
  'jira:workflowPostFunction': 'postFunction',
};

/** Which kind of rule a module is, if it is one. */
export function ruleKindOf(module: SiteModule): RuleKind | undefined {
  return Object.hasOwn(RULE_TYPES, module.type) ? RULE_TYPES[module.type] : undefined;
}

const Kind = z.enum(['number', 'string', 'text', 'date', 'user']);

const ConnectProperties = z.object({
  entityType: z.string().default('issue'),
  keyConfigurations: z.array(
    z.object({
      propertyKey: z.string(),
      extractions: z.array(
        z.object({ objectName: z.string(), type: Kind, alias: z.string().optional() }),
      ),
    }),
  ),
});

const ForgeProperty = z.object({
  entityType: z.string().default('issue'),
  propertyKey: z.string(),
  values: z.array(z.object({ path: z.string(), type: Kind, searchAlias: z.string().optional() })),
});
const ForgePropertySet = z.object({ properties: z.array(ForgeProperty) });

/** The parts of entity properties that the app has asked Jira to index, whichever face asks. */
export function aliasesOf(modules: readonly SiteModule[]): readonly PropertyAlias[] {
  return modules.flatMap(({ type, body }) => {
    if (type === 'jiraEntityProperties') return connectAliases(body);
    if (type === 'jira:entityProperty') return forgeAliases([ForgeProperty.safeParse(body).data]);
    if (type !== 'jira:entityPropertySet') return [];
    return forgeAliases(ForgePropertySet.safeParse(body).data?.properties ?? []);
  });
}

function connectAliases(body: unknown): PropertyAlias[] {
  const found = ConnectProperties.safeParse(body).data;
  return (found?.keyConfigurations ?? []).flatMap(({ propertyKey, extractions }) =>
    extractions.map(({ objectName, type, alias }) => ({
      ...{ entityType: found?.entityType ?? 'issue', propertyKey, path: objectName, type },
      ...(alias === undefined ? {} : { alias }),
    })),
  );
}

function forgeAliases(
  properties: readonly (z.infer<typeof ForgeProperty> | undefined)[],
): PropertyAlias[] {
  return properties.flatMap((property) =>
    (property?.values ?? []).map(({ path, type, searchAlias }) => ({
      ...{ entityType: property?.entityType ?? 'issue' },
      ...{ propertyKey: property?.propertyKey ?? '', path, type },
      ...(searchAlias === undefined ? {} : { alias: searchAlias }),
    })),
  );
}
