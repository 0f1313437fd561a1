/** The control page: the site's clock, faults, tenants, tokens, quotas and switches, to look at and to change. */
export { createControl } from './create-control.ts';
export type { ControlState } from './state.ts';
