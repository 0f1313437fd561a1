import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { State } from '../state/index.ts';
import type { Site } from '../types.ts';

/** One address of a web trigger. It outlives the installation: the same site has it again after a reinstall. */
export interface WebTriggerUrl {
  readonly id: string;
  readonly moduleKey: string;
  readonly site: Site;
  readonly environmentId: string;
  /** As the caller sees it. */
  readonly url: string;
}

const KIND = 'web trigger';
const Stored = z.object({
  cloudId: z.string(),
  environmentId: z.string(),
  moduleKey: z.string(),
  format: z.enum(['v1', 'v2']),
});

/**
 * The addresses of web triggers. One is stable for a module, an app, a site and an environment, over deploys and reinstalls
 * (`runtime-reference/web-trigger-api`). Whoever knows an address may call it, so they cannot be guessed.
 */
export class WebTriggerUrls {
  readonly #platformUrl: string;
  readonly #state: State;
  readonly #byId = new Map<string, WebTriggerUrl>();

  constructor(platformUrl: string, state: State) {
    this.#platformUrl = platformUrl;
    this.#state = state;
  }

  /** Reads the addresses of an earlier run back in. */
  resume(sites: Iterable<Site>): void {
    const byCloudId = new Map([...sites].map((site) => [site.cloudId, site]));
    for (const [id, { cloudId, environmentId, moduleKey, format }] of this.#state.read(
      KIND,
      Stored,
    )) {
      const site = byCloudId.get(cloudId);
      if (site !== undefined) this.#enter(id, site, environmentId, moduleKey, format);
    }
  }

  /** The oldest address of a module. */
  find(site: Site, environmentId: string, moduleKey: string): WebTriggerUrl | undefined {
    return this.list(site, environmentId).find((found) => found.moduleKey === moduleKey);
  }

  /** `v1` addresses begin with `/x1/`, `v2` ones with `/public/`; the host is the platform's. */
  create(site: Site, environmentId: string, moduleKey: string, format: 'v1' | 'v2'): WebTriggerUrl {
    const id = randomBytes(18).toString('base64url');
    const { cloudId } = site;
    this.#state.put(KIND, id, { cloudId, environmentId, moduleKey, format });
    return this.#enter(id, site, environmentId, moduleKey, format);
  }

  list(site: Site, environmentId: string): readonly WebTriggerUrl[] {
    return [...this.#byId.values()].filter(
      (url) => url.site === site && url.environmentId === environmentId,
    );
  }

  byId(id: string): WebTriggerUrl | undefined {
    return this.#byId.get(id);
  }

  /** False when there is no such address. */
  delete(id: string): boolean {
    this.#state.remove(KIND, id);
    return this.#byId.delete(id);
  }

  #enter(
    id: string,
    site: Site,
    environmentId: string,
    moduleKey: string,
    format: 'v1' | 'v2',
  ): WebTriggerUrl {
    const path = format === 'v1' ? 'x1' : 'public';
    const url = `${this.#platformUrl}/${path}/${id}`;
    const entered: WebTriggerUrl = { id, moduleKey, site, environmentId, url };
    this.#byId.set(id, entered);
    return entered;
  }
}
