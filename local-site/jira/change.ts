import type { Caller } from '../types.ts';

/** A webhook as Connect sends it. */
export interface WebhookNotice {
  readonly event: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** What the webhook's address may use besides what its body says: `{issue.id}`, `{property.key}` … */
  readonly values: ReadonlyMap<string, string>;
  /** Key of the property that was set or deleted, for a webhook with `propertyKeys`. */
  readonly propertyKey?: string;
  /**
   * Whether the issue, as it was, matches the webhook's JQL `filter`. Absent: the event has no issue and knows no filter
   * [Jira's webhook documentation: only some events can be filtered].
   */
  readonly matches?: (jql: string) => boolean;
}

/** A product event as Forge sends it. */
export interface ProductEvent {
  readonly event: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** One thing that happened, told once for each generation of the app. */
export interface Change {
  /** Who did it. Absent: the site itself, for instance a control page. */
  readonly caller?: Caller;
  readonly webhooks: readonly WebhookNotice[];
  readonly events: readonly ProductEvent[];
}
