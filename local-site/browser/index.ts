export type { PagePlatform } from './options.ts';
export { startBrowserServers } from './start-browser-servers.ts';
export type { BrowserServers } from './start-browser-servers.ts';
