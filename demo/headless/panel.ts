import { forgeTallyClient } from '../forge-tally-client.ts';
import { issueToken } from '../seed.ts';
import type { DemoIssue, DemoSite, SiteDoors } from '../site/site-doors.ts';
import type { TallyAnswer, TallyClient } from '../tally-client.ts';

/** One of the two interfaces of the app on an issue, as its page uses it. */
export interface Panel {
  readonly name: 'legacy' | 'forge';
  /** Rejects when no answer came: then nobody knows whether it was done. */
  call<T>(method: string, path: string, body?: unknown): Promise<TallyAnswer<T>>;
}

/** The Connect panel: its page asks the vendor's server. */
export function legacyPanel(
  doors: SiteDoors,
  site: DemoSite,
  client: TallyClient,
  issue: DemoIssue,
): Panel {
  const token = issueToken(doors, site, issue);
  return { name: 'legacy', call: (method, path, body) => client.call(token, method, path, body) };
}

/** The panels on Forge: each page knows the lists it has shown, so an issue has one page all the while. */
export function forgePanels(site: DemoSite): (issue: DemoIssue) => Panel {
  const pages = new Map<string, Panel>();
  return (issue) => {
    const open = pages.get(issue.id);
    if (open !== undefined) return open;
    const client = forgeTallyClient(site, issue);
    const page: Panel = {
      name: 'forge',
      call: (method, path, body) => client.call(method, path, body),
    };
    pages.set(issue.id, page);
    return page;
  };
}
