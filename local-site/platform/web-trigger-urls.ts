import { randomBytes } from 'node:crypto';
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

/**
 * The addresses of web triggers. One is stable for a module, an app, a site and an environment, over deploys and reinstalls
 * (`runtime-reference/web-trigger-api`). Whoever knows an address may call it, so they cannot be guessed. Not kept over a
 * restart of the local site.
 */
export class WebTriggerUrls {
  readonly #platformUrl: string;
  readonly #byId = new Map<string, WebTriggerUrl>();

  constructor(platformUrl: string) {
    this.#platformUrl = platformUrl;
  }

  /** The oldest address of a module. */
  find(site: Site, environmentId: string, moduleKey: string): WebTriggerUrl | undefined {
    return this.list(site, environmentId).find((found) => found.moduleKey === moduleKey);
  }

  /** `v1` addresses begin with `/x1/`, `v2` ones with `/public/`; the host is the platform's. */
  create(site: Site, environmentId: string, moduleKey: string, format: 'v1' | 'v2'): WebTriggerUrl {
    const id = randomBytes(18).toString('base64url');
    const path = format === 'v1' ? 'x1' : 'public';
    const url = `${this.#platformUrl}/${path}/${id}`;
    const made: WebTriggerUrl = { id, moduleKey, site, environmentId, url };
    this.#byId.set(id, made);
    return made;
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
    return this.#byId.delete(id);
  }
}
