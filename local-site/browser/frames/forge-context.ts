import type { DeployedApp, Site, UiModule } from '../../types.ts';
import type { Visit } from '../http/visit.ts';
import type { BrowserWorld } from '../options.ts';
import type { Subject } from '../site/subject.ts';
import type { Purpose } from './purpose.ts';
import { ruleFacts, ruleKind } from './rule-facts.ts';

/** Who looks, at what, in which version of the app. */
export interface ContextParts {
  readonly world: BrowserWorld;
  readonly visit: Visit;
  readonly subject: Subject;
  readonly app: DeployedApp;
  /** Full address of the host page. */
  readonly location: string;
}

const CONFIGURATION_NAMES = {
  condition: 'conditionConfig',
  validator: 'validatorConfig',
  postFunction: 'postFunctionConfig',
} as const;

/** `extension` of the Forge context: the module's type and what its place tells it [doc: Forge, the modules' own pages]. */
export function forgeExtension(
  parts: ContextParts,
  module: UiModule,
  purpose: Purpose,
): Readonly<Record<string, unknown>> {
  const { issue, project } = parts.subject;
  return {
    type: module.type,
    ...(issue && {
      issue: { id: issue.id, key: issue.key, type: issue.type, typeId: '10001' },
    }),
    ...(project && { project: { id: project.id, key: project.key, type: 'software' } }),
    ...(module.type === 'jira:issuePanel' && { isNewToIssue: purpose.isNew === true }),
    ...gadgetExtension(parts, purpose),
    ...ruleExtension(parts, module, purpose),
    ...(purpose.modal !== undefined && { modal: purpose.modal }),
    location: parts.location,
  };
}

function gadgetExtension({ world, visit }: ContextParts, purpose: Purpose): object {
  if (purpose.gadget === undefined) return {};
  const { dashboardId, gadgetId } = purpose.gadget;
  const dashboard = world.jira.dashboards.get(visit.site, dashboardId);
  const gadget = dashboard?.gadgets.find(({ id }) => id === gadgetId);
  return {
    entryPoint: purpose.entry ?? 'view',
    dashboard: { id: dashboardId },
    gadget: { id: gadgetId },
    gadgetConfiguration: gadget?.configuration ?? {},
  };
}

/** The saved configuration is the text that `onConfigure` returned [field: sample apps parse it]. */
function ruleExtension({ world, visit }: ContextParts, module: UiModule, purpose: Purpose): object {
  const kind = ruleKind(module.type);
  const facts = ruleFacts(world, visit.site, purpose);
  if (kind === undefined || facts === undefined) return {};
  const { workflow, transition, rule } = facts;
  const status = (id: string | undefined): object | null => {
    const found = workflow.statuses.find((each) => each.id === id);
    if (found === undefined) return null;
    const statusCategory = { new: 'TODO', indeterminate: 'IN_PROGRESS', done: 'DONE' }[
      found.category
    ];
    return { id: found.id, name: found.name, statusCategory, description: '' };
  };
  return {
    entryPoint: purpose.entry ?? 'view',
    isNewEditor: true,
    workflowId: workflow.id,
    workflowName: workflow.name,
    transitionContext: {
      id: transition.id,
      from: status(transition.from[0]),
      to: status(transition.to),
    },
    ...(rule?.configuration !== undefined && {
      [CONFIGURATION_NAMES[kind]]: rule.configuration,
    }),
  };
}

/** What `view.getContext()` answers. */
export function forgeContext(
  parts: ContextParts,
  module: UiModule,
  purpose: Purpose,
): Readonly<Record<string, unknown>> {
  const { visit, app } = parts;
  const uuid = app.appId.split('/').at(-1) ?? '';
  const license = licenceOf(app, visit.site);
  return {
    accountId: visit.user.accountId,
    cloudId: visit.site.cloudId,
    siteUrl: visit.site.baseUrl,
    localId: `ari:cloud:ecosystem::extension/${uuid}/${app.environmentId}/static/${module.key}`,
    moduleKey: module.key,
    environmentId: app.environmentId,
    environmentType: app.environmentType ?? 'DEVELOPMENT',
    locale: visit.locale,
    timezone: visit.timeZone,
    theme: { colorMode: visit.theme },
    ...(license && { license }),
    extension: forgeExtension(parts, module, purpose),
  };
}

/** Paid apps in production have a licence in their context, all others have none [doc: Forge, `view.getContext`]. */
function licenceOf(
  app: DeployedApp & { readonly licensed?: boolean },
  site: Site,
): object | undefined {
  if (app.environmentType !== 'PRODUCTION' || app.licensed === false) return undefined;
  const active = (site.licence ?? 'active') === 'active';
  return {
    active,
    billingPeriod: 'MONTHLY',
    ccpEntitlementId: null,
    ccpEntitlementSlug: null,
    isEvaluation: false,
    subscriptionEndDate: null,
    supportEntitlementNumber: null,
    trialEndDate: null,
    type: 'commercial',
  };
}
