import { startServer } from '../server.ts';
import type { Handler } from '../server.ts';
import { createCustomUiHandler } from './custom-ui/custom-ui-handler.ts';
import type { BrowserOptions } from './options.ts';
import { createSiteHandler } from './site/site-handler.ts';

export interface BrowserServers {
  /** Origin of the sites, `http://localhost:<port>`. */
  readonly siteUrl: string;
  /** Origin of the Custom UI frames. */
  readonly customUiUrl: string;
  /** Reports of pages that broke their content security policy, as the browser sent them. */
  readonly cspReports: readonly string[];
  close(): Promise<void>;
}

/** Starts the two origins that a browser sees, on the loopback interface only. */
export async function startBrowserServers(options: BrowserOptions): Promise<BrowserServers> {
  const { ports, ...rest } = options;
  const cspReports: string[] = [];
  // Each origin has to know the other one's port, so the handlers come after the ports.
  let siteHandler: Handler = () => undefined;
  let customUiHandler: Handler = () => undefined;
  const site = await startServer((request, response) => siteHandler(request, response), ports.site);
  const customUi = await startServer(
    (request, response) => customUiHandler(request, response),
    ports.customUi,
  );
  siteHandler = createSiteHandler({ ...rest, siteUrl: site.url, customUiUrl: customUi.url });
  customUiHandler = createCustomUiHandler(site.url, options.platform, (report) => {
    cspReports.push(report);
  });
  return {
    siteUrl: site.url,
    customUiUrl: customUi.url,
    cspReports,
    close: async () => {
      await Promise.all([site.close(), customUi.close()]);
    },
  };
}
