export { BRIDGE_OPERATIONS } from './bridge-operations.ts';
export type { CspReport } from './custom-ui/csp-reports.ts';
export type { PagePlatform } from './options.ts';
export { startBrowserServers } from './start-browser-servers.ts';
export type { BrowserServers } from './start-browser-servers.ts';
