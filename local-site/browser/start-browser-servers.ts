import { startServer } from '../server.ts';
import { NO_STATE } from '../state/index.ts';
import type { Handler } from '../server.ts';
import { CspReports } from './custom-ui/csp-reports.ts';
import type { CspReport } from './custom-ui/csp-reports.ts';
import { createCustomUiHandler } from './custom-ui/custom-ui-handler.ts';
import { appOn } from './options.ts';
import type { BrowserOptions } from './options.ts';
import { createPanelBook } from './panel-book.ts';
import { createSiteHandler } from './site/site-handler.ts';

export interface BrowserServers {
  /** Origin of the sites, `http://localhost:<port>`. */
  readonly siteUrl: string;
  /** Origin of the Custom UI frames. */
  readonly customUiUrl: string;
  /** What Custom UI pages tried against their content security policy, as browsers reported it. */
  cspReports(): readonly CspReport[];
  close(): Promise<void>;
}

/** Starts the two origins that a browser sees, on the loopback interface only. */
export async function startBrowserServers(options: BrowserOptions): Promise<BrowserServers> {
  const { ports, state = NO_STATE, ...rest } = options;
  const reports = new CspReports();
  // Each origin has to know the other one's port, so the handlers come after the ports.
  let siteHandler: Handler = () => undefined;
  let customUiHandler: Handler = () => undefined;
  const site = await startServer(
    (request, response) => siteHandler(request, response),
    ports.site,
    ports.exact,
  );
  const customUi = await startServer(
    (request, response) => customUiHandler(request, response),
    ports.customUi,
    ports.exact,
  );
  siteHandler = createSiteHandler({
    ...rest,
    siteUrl: site.url,
    customUiUrl: customUi.url,
    panels: createPanelBook(state),
  });
  customUiHandler = createCustomUiHandler({
    siteUrl: site.url,
    sites: options.sites,
    appOn: (tenant) => appOn(options, tenant),
    onCspReport: (report) => {
      reports.add(report);
    },
  });
  return {
    siteUrl: site.url,
    customUiUrl: customUi.url,
    cspReports: () => reports.list(),
    close: async () => {
      await Promise.all([site.close(), customUi.close()]);
    },
  };
}
