export { openState } from './open-state.ts';
export { StateError } from './state-error.ts';
export { NO_STATE } from './state.ts';
export type { State } from './state.ts';
