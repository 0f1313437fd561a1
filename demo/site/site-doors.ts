import type {
  LocalSiteUrls,
  ModuleContext,
  StoredItem,
  UnmodelledExample,
} from 'crossgrade-local-site';
import { z } from 'zod';

const User = z.object({ accountId: z.string(), displayName: z.string() });
const Site = z.object({
  slug: z.string(),
  displayName: z.string(),
  baseUrl: z.string(),
  cloudId: z.string(),
  clientKey: z.string(),
  users: z.array(User),
});
const Tenant = Site.extend({ generation: z.enum(['none', 'connect', 'hybrid']) });
const Quota = z.object({ slug: z.string(), writeUnits: z.number() });

/** A site of the pretend Atlassian, as its control page shows it. */
export type DemoSite = Readonly<z.infer<typeof Site>>;

/** An issue as far as the demo knows it. */
export interface DemoIssue {
  readonly id: string;
  readonly key: string;
  readonly projectId: string;
  readonly projectKey: string;
}

export interface DemoProject {
  readonly id: string;
  readonly key: string;
}

/** The pretend Atlassian from outside: its control page, Jira's REST API and what its pages ask, over HTTP. */
export interface SiteDoors {
  sites(): Promise<DemoSite[]>;
  /** What is installed on a site. */
  generation(site: DemoSite): Promise<'none' | 'connect' | 'hybrid'>;
  install(site: DemoSite, descriptorUrl: string): Promise<void>;
  upgrade(site: DemoSite, options: { readonly postInstalled: boolean }): Promise<void>;
  /** Makes it, or answers the one that has the key already. */
  addProject(site: DemoSite, key: string, name: string): Promise<DemoProject>;
  addIssue(site: DemoSite, project: DemoProject, summary: string): Promise<DemoIssue>;
  /** A context JWT, as a page gets one from `AP.context.getToken`. */
  contextToken(site: DemoSite, context: ModuleContext): Promise<string>;
  /** Everything that the installation on a site has stored, past all quotas. */
  stored(site: DemoSite): Promise<StoredItem[]>;
  /** Write units that it has used in all. */
  writeUnits(site: DemoSite): Promise<number>;
  unmodelled(): Promise<UnmodelledExample[]>;
}

/** All of them reject when the site does not answer, or answers otherwise than asked. */
export function siteDoors({ site: origin }: Pick<LocalSiteUrls, 'site'>): SiteDoors {
  const control = `${origin}/_local/control`;
  const tenants = async (): Promise<z.infer<typeof Tenant>[]> =>
    z.array(Tenant).parse(await getJson(`${control}/tenants`));
  const act = async (site: DemoSite, action: object): Promise<void> => {
    await post(`${control}/tenants`, { site: site.slug, ...action });
  };

  return {
    sites: async () => z.array(Site).parse(await getJson(`${control}/tenants`)),
    async generation(site) {
      const found = (await tenants()).find(({ slug }) => slug === site.slug);
      if (found === undefined) throw new Error(`There is no site ${site.slug}.`);
      return found.generation;
    },
    install: (site, descriptorUrl) => act(site, { action: 'installConnect', text: descriptorUrl }),
    upgrade: (site, { postInstalled }) => act(site, { action: 'upgrade', postInstalled }),
    async addProject({ baseUrl }, key, name) {
      const url = `${baseUrl}/rest/api/3/project`;
      const made = await ask(url, { key, name });
      if (!made.ok && made.status !== 400) throw await refusal(url, made);
      const found = await getJson(`${url}/${key}`);
      return z.object({ id: z.string(), key: z.string() }).parse(found);
    },
    async addIssue({ baseUrl }, project, summary) {
      const fields = { project: { key: project.key }, issuetype: { name: 'Task' }, summary };
      const made = await post(`${baseUrl}/rest/api/3/issue`, { fields });
      const { id, key } = z.object({ id: z.string(), key: z.string() }).parse(made);
      return { id, key, projectId: project.id, projectKey: project.key };
    },
    async contextToken({ baseUrl, slug }, { accountId, issue, project }) {
      const subject = { issueKey: issue?.key, projectKey: project?.key };
      const cookie = `local_user_${slug}=${accountId}`;
      const got = await post(`${baseUrl}/_local/connect/token`, subject, { cookie });
      return z.object({ token: z.string() }).parse(got).token;
    },
    async stored({ slug }) {
      const url = `${control}/storage?site=${slug}`;
      const response = await fetch(url);
      if (!response.ok) throw await refusal(url, response);
      const lines = (await response.text()).trimEnd().split('\n');
      if (lines.pop() !== '{"end":true}') throw new Error(`${url} ended in the middle.`);
      return lines.map((line) => JSON.parse(line) as StoredItem);
    },
    async writeUnits({ slug }) {
      const quotas = z.array(Quota).parse(await getJson(`${control}/quotas`));
      return quotas.find((each) => each.slug === slug)?.writeUnits ?? 0;
    },
    async unmodelled() {
      const { unmodelled } = (await getJson(`${control}/state`)) as {
        readonly unmodelled: UnmodelledExample[];
      };
      return unmodelled;
    },
  };
}

async function getJson(url: string): Promise<unknown> {
  const response = await fetch(url);
  if (!response.ok) throw await refusal(url, response);
  return response.json();
}

async function post(
  url: string,
  body: object,
  headers: Record<string, string> = {},
): Promise<unknown> {
  const response = await ask(url, body, headers);
  if (!response.ok) throw await refusal(url, response);
  return response.json();
}

function ask(url: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

async function refusal(url: string, response: Response): Promise<Error> {
  return new Error(`${url} answered ${response.status}: ${(await response.text()).slice(0, 300)}`);
}
