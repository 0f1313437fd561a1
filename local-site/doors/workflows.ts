import type { SiteModule } from './site-module.ts';
import type { Site } from './sites.ts';

/** `new` is To Do, `indeterminate` is In Progress (Jira's own keys). */
export type StatusCategory = 'new' | 'indeterminate' | 'done';

export interface WorkflowStatus {
  readonly id: string;
  readonly name: string;
  readonly category: StatusCategory;
}

export type RuleKind = 'condition' | 'validator' | 'postFunction';

/** A rule of the app on one transition. It lives in Jira and outlives the app's move from Connect to Forge. */
export interface WorkflowRule {
  /** UUID; `{postFunction.id}` of Connect, `postFunction.id` of Forge. */
  readonly id: string;
  readonly kind: RuleKind;
  readonly moduleKey: string;
  /**
   * How it was last saved. A rule saved by Connect runs in the Forge module of the same key once that is on the site, and stays
   * `connect`; saving it there makes it `forge`, and no Connect module runs it again (one-way door).
   */
  readonly savedAs: 'connect' | 'forge';
  /** What the configuration page returned: JSON text, as the app wrote it. Absent: never configured. */
  readonly configuration?: string;
}

export interface WorkflowTransition {
  readonly id: string;
  readonly name: string;
  /** Ids of statuses it leads from. Empty: from every status. */
  readonly from: readonly string[];
  readonly to: string;
  readonly rules: readonly WorkflowRule[];
}

/** The workflow of one project. The first status is the one of a new issue. */
export interface Workflow {
  readonly id: string;
  readonly name: string;
  readonly projectKey: string;
  readonly statuses: readonly WorkflowStatus[];
  readonly transitions: readonly WorkflowTransition[];
}

/** What the workflow editor offers to add: one module of the app. */
export interface RuleModule {
  readonly kind: RuleKind;
  readonly name: string;
  readonly description: string;
  readonly module: SiteModule;
}

/** A rule as the editor shows it. */
export interface RuleView {
  readonly rule: WorkflowRule;
  readonly transition: WorkflowTransition;
  /** The module that runs the rule now. Absent: none does; a condition and a validator then refuse, a post function is skipped. */
  readonly module?: RuleModule;
  /** The summary: of Forge's `configurationDescription`, else the module's description. */
  readonly summary: string;
}

export interface RuleSeed {
  readonly transitionId: string;
  readonly kind: RuleKind;
  readonly moduleKey: string;
  /** JSON text of `onConfigure` (Forge) or `WorkflowConfiguration.onSave` (Connect). */
  readonly configuration?: string;
}

/** Workflows and their rules. A change throws JiraError for what does not exist or is too large. */
export interface Workflows {
  of(site: Site, projectIdOrKey: string): Workflow | undefined;
  /** Modules of the app that can be added as rules on this site now. */
  ruleModules(site: Site): readonly RuleModule[];
  rules(site: Site, projectIdOrKey: string): readonly RuleView[];
  /** Adds a rule, saved as the face of the module that stands under the key now. */
  addRule(site: Site, projectIdOrKey: string, seed: RuleSeed): WorkflowRule;
  /** Saves a rule again, as the face of the module that runs it now: the one-way door. */
  editRule(site: Site, projectIdOrKey: string, ruleId: string, configuration: string): WorkflowRule;
  removeRule(site: Site, projectIdOrKey: string, ruleId: string): boolean;
}
