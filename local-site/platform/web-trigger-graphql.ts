import { z } from 'zod';
import type { Answer, Clock, UnmodelledRegister } from '../types.ts';
import { FixedWindows } from './fixed-windows.ts';
import type { Installation } from './installations.ts';
import type { InvocationRecord } from './invocation-records.ts';
import { siteAri } from './identifiers.ts';
import type { PlatformSwitches } from './switches.ts';
import type { WebTriggerUrls } from './web-trigger-urls.ts';

export interface WebTriggerGraphqlParts {
  readonly clock: Clock;
  readonly switches: PlatformSwitches;
  readonly register: UnmodelledRegister;
  readonly urls: WebTriggerUrls;
}

const request = z.object({ query: z.string(), variables: z.unknown().optional() });
const createVariables = z.object({
  input: z.strictObject({
    appId: z.string(),
    envId: z.string(),
    triggerKey: z.string(),
    contextId: z.string(),
  }),
  forceCreate: z.boolean().nullish(),
});
const deleteVariables = z.object({ id: z.string() });
const listVariables = z.object({ appId: z.string(), envId: z.string(), contextId: z.string() });

/**
 * What `webTrigger` of @forge/api asks of Atlassian's GraphQL (`createWebTriggerUrl`, `deleteWebTriggerUrl`,
 * `webTriggerUrlsByAppContext`), with the rates of `limits-web-trigger` per minute and installation. Any other operation, and
 * an address with a secret (`secretKeyConfig`), is not modelled.
 */
export class WebTriggerGraphql {
  readonly #parts: WebTriggerGraphqlParts;
  readonly #rates = new FixedWindows(60_000);

  constructor(parts: WebTriggerGraphqlParts) {
    this.#parts = parts;
  }

  answer(record: InvocationRecord, body: string): Answer {
    const { switches } = this.#parts;
    const { installation } = record;
    const parsed = request.safeParse(jsonOf(body));
    const field = /\b(createWebTriggerUrl|deleteWebTriggerUrl|webTriggerUrlsByAppContext)\s*\(/;
    const operation = parsed.success ? field.exec(parsed.data.query)?.[1] : undefined;
    const variables = parsed.data?.variables;
    switch (operation) {
      case 'createWebTriggerUrl':
        return this.#create(installation, variables);
      case 'deleteWebTriggerUrl':
        if (!this.#take('delete', installation, switches.webTriggerDeletesPerMinute)) return BUSY;
        return this.#delete(installation, variables);
      case 'webTriggerUrlsByAppContext':
        if (!this.#take('get', installation, switches.webTriggerGetsPerMinute)) return BUSY;
        return this.#list(installation, variables);
      case undefined:
      default:
        return this.#unmodelled(nameOf(parsed.data?.query));
    }
  }

  #create(installation: Installation, variables: unknown): Answer {
    const { switches, urls } = this.#parts;
    const parsed = createVariables.safeParse(variables);
    if (!parsed.success) return this.#unmodelled('createWebTriggerUrl with other variables');
    const { input, forceCreate } = parsed.data;
    const { app, site } = installation;
    const module = app.webTriggers.find(({ key }) => key === input.triggerKey);
    if (module === undefined || !isOwn(installation, input)) {
      return failed(`There is no web trigger '${input.triggerKey}' here.`);
    }
    const known = forceCreate === true ? undefined : urls.find(site, app.environmentId, module.key);
    if (known !== undefined) {
      const isAdmitted = this.#take('get', installation, switches.webTriggerGetsPerMinute);
      return isAdmitted ? data({ createWebTriggerUrl: { url: known.url } }) : BUSY;
    }
    if (!this.#take('create', installation, switches.webTriggerCreatesPerMinute)) return BUSY;
    const { url } = urls.create(site, app.environmentId, module.key, module.urlFormat);
    return data({ createWebTriggerUrl: { url } });
  }

  #delete(installation: Installation, variables: unknown): Answer {
    const { urls } = this.#parts;
    const parsed = deleteVariables.safeParse(variables);
    if (!parsed.success) return this.#unmodelled('deleteWebTriggerUrl with other variables');
    const { id } = parsed.data;
    // An address of another site does not exist for this one.
    const success = urls.byId(id)?.site === installation.site && urls.delete(id);
    const message = success ? null : 'There is no such web trigger URL.';
    return data({ deleteWebTriggerUrl: { success, message } });
  }

  #list(installation: Installation, variables: unknown): Answer {
    const parsed = listVariables.safeParse(variables);
    if (!parsed.success) return this.#unmodelled('webTriggerUrlsByAppContext with other variables');
    if (!isOwn(installation, parsed.data)) return failed('Not the context of this app.');
    const { site, app } = installation;
    const found = this.#parts.urls.list(site, app.environmentId);
    const webTriggerUrlsByAppContext = found.map(({ moduleKey, url }) => {
      return { triggerKey: moduleKey, url };
    });
    return data({ webTriggerUrlsByAppContext });
  }

  #take(what: string, { id }: Installation, limit: number): boolean {
    return this.#rates.take(`${what} ${id}`, 1, limit, this.#parts.clock.now());
  }

  #unmodelled(what: string): Answer {
    return this.#parts.register.refuse('Forge runtime', `GraphQL ${what}`);
  }
}

const BUSY: Answer = { status: 429, body: { errors: [{ message: 'Too many requests.' }] } };

/** Whether a call speaks for the installation that makes it. Ids come bare or as ARIs. */
function isOwn(
  { app, site }: Installation,
  { envId, contextId, appId }: { envId: string; contextId: string; appId: string },
): boolean {
  return (
    app.appId.endsWith(appId) &&
    envId.endsWith(app.environmentId) &&
    contextId === siteAri(site.cloudId)
  );
}

function data(fields: Readonly<Record<string, unknown>>): Answer {
  return { status: 200, body: { data: fields } };
}

function failed(message: string): Answer {
  return { status: 200, body: { data: null, errors: [{ message }] } };
}

/** Name of a GraphQL operation, so that the register does not hold whole queries. */
function nameOf(query: string | undefined): string {
  return /\b(?:query|mutation)\s+(\w+)/.exec(query ?? '')?.[1] ?? 'without a name';
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
