import { z } from 'zod';
import type { ConnectModule, UiModule } from '../types.ts';

/** Places of Jira where apps show something. */
export type Place =
  | 'issue-panel'
  | 'issue-context'
  | 'issue-activity'
  | 'issue-action'
  | 'project'
  | 'project-settings'
  | 'admin'
  | 'configure'
  | 'get-started'
  | 'global'
  | 'dashboard'
  | 'workflow'
  | 'dialog';

/** One module of the app that shows a page somewhere. */
export type Placed =
  | {
      readonly kind: 'connect';
      readonly key: string;
      readonly title: string;
      readonly type: string;
      readonly module: ConnectModule;
    }
  | {
      readonly kind: 'forge';
      readonly key: string;
      readonly title: string;
      readonly type: string;
      readonly module: UiModule;
    };

/** Connect module types by place [doc: Connect, "Modules"]. Web panels and web items go by their location. */
const CONNECT_TYPES: Readonly<Record<string, Place>> = {
  jiraIssueContents: 'issue-panel',
  jiraIssueTabPanels: 'issue-activity',
  jiraIssueGlances: 'issue-context',
  jiraIssueContexts: 'issue-context',
  jiraProjectPages: 'project',
  jiraProjectTabPanels: 'project',
  jiraProjectAdminTabPanels: 'project-settings',
  adminPages: 'admin',
  configurePage: 'configure',
  postInstallPage: 'get-started',
  generalPages: 'global',
  jiraDashboardItems: 'dashboard',
  jiraWorkflowConditions: 'workflow',
  jiraWorkflowValidators: 'workflow',
  jiraWorkflowPostFunctions: 'workflow',
  dialogs: 'dialog',
};

const FORGE_TYPES: Readonly<Record<string, Place>> = {
  'jira:issuePanel': 'issue-panel',
  'jira:issueActivity': 'issue-activity',
  'jira:issueGlance': 'issue-context',
  'jira:issueContext': 'issue-context',
  'jira:issueAction': 'issue-action',
  'jira:projectPage': 'project',
  'jira:projectSettingsPage': 'project-settings',
  'jira:adminPage': 'admin',
  'jira:globalPage': 'global',
  'jira:fullPage': 'global',
  'jira:dashboardGadget': 'dashboard',
  'jira:workflowCondition': 'workflow',
  'jira:workflowValidator': 'workflow',
  'jira:workflowPostFunction': 'workflow',
};

/** Connect modules that show nothing by themselves, so that nobody misses them. */
const SILENT = new Set([
  'webhooks',
  'lifecycle',
  'jiraEntityProperties',
  'jiraGlobalPermissions',
  'jiraProjectPermissions',
]);

const WEB_PANELS: Readonly<Record<string, Place>> = {
  'atl.jira.view.issue.left.context': 'issue-panel',
  'atl.jira.view.issue.right.context': 'issue-context',
};

const Body = z.object({
  name: z.object({ value: z.string() }).optional(),
  location: z.string().optional(),
});
const ForgeBody = z.object({
  useAsConfig: z.boolean().optional(),
  useAsGetStarted: z.boolean().optional(),
});

/** Where a Connect module stands; `silent` when it has no page; undefined when this site has no such place. */
export function connectPlace({ type, body }: ConnectModule): Place | 'silent' | undefined {
  if (SILENT.has(type)) return 'silent';
  const location = Body.safeParse(body).data?.location ?? '';
  if (type === 'webPanels') return WEB_PANELS[location];
  if (type !== 'webItems') return CONNECT_TYPES[type];
  // The operations of the issue view: `operations-top-level`, `jira.issue.tools` …
  return /^(?:operations-|jira\.issue\.tools$)/.test(location) ? 'issue-action' : undefined;
}

/** Where a Forge module stands; undefined when this site has no such place. */
export function forgePlace({ type, body }: UiModule): Place | undefined {
  if (type !== 'jira:adminPage') return FORGE_TYPES[type];
  const { useAsConfig, useAsGetStarted } = ForgeBody.safeParse(body).data ?? {};
  if (useAsConfig === true) return 'configure';
  return useAsGetStarted === true ? 'get-started' : 'admin';
}

/** A Connect module as something to show. */
export function placedConnect(module: ConnectModule): Placed {
  const title = Body.safeParse(module.body).data?.name?.value ?? module.key;
  return { kind: 'connect', key: module.key, title, type: module.type, module };
}

/** A Forge module as something to show. */
export function placedForge(module: UiModule): Placed {
  return { kind: 'forge', key: module.key, title: module.title, type: module.type, module };
}
