export { ConnectHostError } from './connect-host-error.ts';
export type { ConnectHostErrorCode } from './connect-host-error.ts';
export { createConnectHost } from './create-connect-host.ts';
export type { ConnectHostRoom, ConnectSnapshot, ConnectSwitches } from './create-connect-host.ts';
