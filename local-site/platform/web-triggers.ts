import type { IncomingMessage, ServerResponse } from 'node:http';
import type { WebTrigger } from '../app/index.ts';
import { MAX_PAYLOAD_BYTES } from '../functions/index.ts';
import { BodyTooLargeError, readText } from '../server.ts';
import type { State } from '../state/index.ts';
import type { Clock, Site, UnmodelledRegister } from '../types.ts';
import type { Installation } from './installations.ts';
import type { Invoker } from './invoker.ts';
import type { PlatformSwitches } from './switches.ts';
import type { UserLedRates } from './user-led-rates.ts';
import { WebTriggerGraphql } from './web-trigger-graphql.ts';
import { responseOf } from './web-trigger-response.ts';
import type { WebTriggerResponse } from './web-trigger-response.ts';
import { WebTriggerUrls } from './web-trigger-urls.ts';

export interface WebTriggersParts {
  readonly clock: Clock;
  readonly state: State;
  readonly switches: PlatformSwitches;
  readonly register: UnmodelledRegister;
  readonly invoker: Invoker;
  readonly rates: UserLedRates;
  readonly platformUrl: string;
  readonly installationOn: (site: Site) => Installation | undefined;
}

const ADDRESS = /^\/(?:x1|public)\/([\w-]+)((?:\/[^?]*)?)(?:\?|$)/;

/**
 * The HTTP face of web triggers: anyone may call an address, without a token. 404 for an address that is not there, 424 when
 * the app is not installed any more [field] or its function failed [doc], 500 for a result that is no response [doc], 413 and
 * 429 for the limits of an invocation.
 */
export class WebTriggers {
  readonly graphql: WebTriggerGraphql;
  readonly #parts: WebTriggersParts;
  readonly #urls: WebTriggerUrls;

  constructor(parts: WebTriggersParts) {
    this.#parts = parts;
    this.#urls = new WebTriggerUrls(parts.platformUrl, parts.state);
    this.graphql = new WebTriggerGraphql({ ...parts, urls: this.#urls });
  }

  /** Reads the addresses of an earlier run back in. */
  resume(sites: Iterable<Site>): void {
    this.#urls.resume(sites);
  }

  /** Whether a path is one of web triggers. */
  static owns(path: string): boolean {
    return ADDRESS.test(path);
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const answer = await this.#answer(request, response);
    for (const [name, values] of Object.entries(answer.headers)) response.setHeader(name, values);
    response.statusCode = answer.status;
    if (answer.statusText !== undefined) response.statusMessage = answer.statusText;
    response.end(answer.body);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<WebTriggerResponse> {
    const [, id = '', userPath = ''] = ADDRESS.exec(request.url ?? '') ?? [];
    const address = this.#urls.byId(id);
    if (address === undefined) return refusal(404, 'There is no such web trigger.');
    const installation = this.#parts.installationOn(address.site);
    if (installation?.app.environmentId !== address.environmentId) {
      return refusal(424, 'The app is not installed.');
    }
    const module = installation.app.webTriggers.find(({ key }) => key === address.moduleKey);
    if (module === undefined) return refusal(404, 'There is no such web trigger.');
    const { rates } = this.#parts;
    const isAdmitted = rates.admit(installation.id);
    for (const [name, value] of Object.entries(rates.headers(installation.id))) {
      response.setHeader(name, value);
    }
    if (!isAdmitted) return refusal(429, 'Too many requests.');
    const event = await requestOf(request, userPath);
    if (event === undefined) return refusal(413, 'The request is limited to 5 MB.');
    return this.#run(installation, module, event);
  }

  async #run(
    installation: Installation,
    module: WebTrigger,
    event: unknown,
  ): Promise<WebTriggerResponse> {
    const { register, invoker } = this.#parts;
    if (module.target.kind === 'endpoint') {
      const what = `web trigger ${module.key} with an endpoint`;
      const { status, body } = register.refuse('Forge runtime', what);
      return json(status, body);
    }
    let result: unknown;
    try {
      result = await invoker.call(installation, {
        kind: 'webTrigger',
        functionKey: module.target.key,
        moduleKey: module.key,
        moduleType: 'webtrigger',
        event,
      });
    } catch {
      // A stranger is not told what went wrong in the app.
      return refusal(424, 'The app failed.');
    }
    return responseOf(module, result) ?? refusal(500, 'The app gave no valid response.');
  }
}

function refusal(status: number, message: string): WebTriggerResponse {
  return json(status, { message });
}

function json(status: number, body: unknown): WebTriggerResponse {
  const headers = { 'content-type': ['application/json;charset=UTF-8'] };
  return { status, headers, body: JSON.stringify(body) };
}

/** First argument of the function; undefined when the request is too large. Header names stay as the caller wrote them. */
async function requestOf(request: IncomingMessage, userPath: string): Promise<unknown> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const headers: Record<string, string[]> = {};
  for (let at = 0; at + 1 < request.rawHeaders.length; at += 2) {
    const [name = '', value = ''] = request.rawHeaders.slice(at, at + 2);
    (headers[name] ??= []).push(value);
  }
  const queryParameters: Record<string, string[]> = {};
  for (const [name, value] of url.searchParams) {
    (queryParameters[name] ??= []).push(...value.split(','));
  }
  try {
    const body = await readText(request, MAX_PAYLOAD_BYTES);
    const { method = 'GET' } = request;
    const event = { method, headers, body, path: url.pathname, userPath, queryParameters };
    return Buffer.byteLength(JSON.stringify(event)) > MAX_PAYLOAD_BYTES ? undefined : event;
  } catch (error) {
    if (error instanceof BodyTooLargeError) return undefined;
    throw error;
  }
}
