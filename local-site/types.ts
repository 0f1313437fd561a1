/**
 * The words the rooms of the local site share, and the doors between them. A room knows the others only through these
 * interfaces; `index.ts` is the one place that makes them and hands them to each other.
 *
 * - **site**: one pretend Jira Cloud site (a tenant of the app). Several sites live in one local site.
 * - **generation**: what is installed there now: nothing, the Connect app, or the hybrid (Connect on Forge).
 * - **platform**: the pretend Forge platform: deployed versions, installations, functions, tokens, events, storage.
 */
export type * from './doors/sites.ts';
export type * from './doors/storage.ts';
export type * from './doors/faults.ts';
export type * from './doors/platform.ts';
export type * from './doors/site-module.ts';
export type * from './doors/jira.ts';
export type * from './doors/workflows.ts';
export type * from './doors/dashboards.ts';
export type * from './doors/connect.ts';
