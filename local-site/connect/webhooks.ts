import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { FaultOrder, Site, WebhookDetails } from '../types.ts';
import type { Installation } from './installation.ts';
import { signingTime } from './lifecycle.ts';
import type { Wire } from './lifecycle.ts';
import { fillPlaceholders } from './placeholders.ts';
import type { WebhookBook } from './webhook-book.ts';
import { queryStringHash, signWithSecret } from './signing.ts';

/** How long Jira waits for the answer to a webhook, in milliseconds. */
const WEBHOOK_TIMEOUT_MS = 20_000;
const TOKEN_LIFE_S = 180;

/** Retries of one webhook, and how far apart they are in milliseconds [infer: from memory of Jira's retry policy]. */
const RETRIES = 5;
const RETRY_DELAY_MS = { least: 5 * 60_000, most: 15 * 60_000 } as const;

const WebhookBody = z.object({
  event: z.string(),
  url: z.string(),
  /** JQL: only issues that match. */
  filter: z.string().optional(),
  /** True: the post has no body. */
  excludeBody: z.boolean().default(false),
  /** Only these properties, of `issue_property_set` and `issue_property_deleted` [infer from dynamic webhooks]. */
  propertyKeys: z.array(z.string()).optional(),
});
const Named = z.object({ id: z.coerce.string(), key: z.string() });
const EventBody = z.object({
  issue: Named.extend({ fields: z.object({ project: Named.optional() }).optional() }).optional(),
  project: Named.optional(),
});

/** One delivery of a webhook. */
export interface Delivery {
  readonly siteSlug: string;
  readonly event: string;
  readonly url: string;
  /** HTTP status, or undefined when the app could not be reached. */
  readonly status: number | undefined;
}

/** One webhook on its way to one module. */
interface Post {
  readonly wire: Wire;
  readonly site: Site;
  /** The installation when the post is sent: its secret may have changed since the event. */
  readonly installation: () => Installation | undefined;
  readonly event: string;
  readonly path: string;
  /** Absent with `excludeBody`. */
  readonly body: string | undefined;
  /** The same for a delivery that arrives twice and for each retry. */
  readonly identifier: string;
  readonly record: (delivery: Delivery) => void;
  /** Where it stands until it has ended. */
  readonly book: WebhookBook;
}

/**
 * Posts an event to every webhook module that listens to it, and records what became of each. Never rejects: a site does
 * not care whether an app heard. Waits for the first attempts only; what failed is tried again five times at most.
 */
export async function deliverWebhooks(
  wire: Wire,
  site: Site,
  installation: () => Installation | undefined,
  event: string,
  body: Readonly<Record<string, unknown>>,
  details: WebhookDetails,
  record: (delivery: Delivery) => void,
  book: WebhookBook,
): Promise<void> {
  const values = new Map([...valuesOf(body), ...(details.values ?? [])]);
  const app = installation()?.app;
  const posts = (app?.modules ?? [])
    .filter(({ type }) => type === 'webhooks')
    .map((module) => WebhookBody.safeParse(module.body).data)
    .filter((webhook) => webhook !== undefined)
    .filter((webhook) => webhook.event === event && listens(webhook, details))
    .map(({ url, excludeBody }) => ({
      ...{ wire, site, installation, event, record, book, identifier: randomUUID() },
      path: fillPlaceholders(url, values),
      body: excludeBody ? undefined : JSON.stringify(body),
    }));
  for (const post of posts) keep(post, 0, wire.now());
  await Promise.all(posts.map((post) => deliver(post, 0)));
}

/** Goes on with the webhooks that an earlier run has left. `siteOf` and `installationOf` find whose they are. */
export function resumeWebhooks(
  wire: Wire,
  book: WebhookBook,
  siteOf: (cloudId: string) => Site | undefined,
  installationOf: (site: Site) => Installation | undefined,
  record: (delivery: Delivery) => void,
): void {
  for (const [identifier, { cloudId, event, path, body, retry, due }] of book.takeLeft()) {
    const site = siteOf(cloudId);
    if (site === undefined) {
      book.remove(identifier);
      continue;
    }
    const post = {
      ...{ wire, site, event, path, body, identifier, record, book },
      installation: () => installationOf(site),
    };
    wire.after(Math.max(0, due - wire.now()), () => void deliver(post, retry));
  }
}

/**
 * Posts a body to an address of the app, signed as a webhook is: a workflow post function. One attempt: whether Jira retries it as
 * it does webhooks is not documented [not established].
 */
export async function postToApp(
  wire: Wire,
  site: Site,
  installation: () => Installation | undefined,
  event: string,
  url: string,
  body: Readonly<Record<string, unknown>>,
  record: (delivery: Delivery) => void,
): Promise<void> {
  const path = fillPlaceholders(url, valuesOf(body));
  const post = { wire, site, installation, event, path, identifier: randomUUID() };
  await attemptAndRecord({ ...post, body: JSON.stringify(body), record }, RETRIES);
}

function listens(
  { filter, propertyKeys }: z.infer<typeof WebhookBody>,
  { matches, propertyKey }: WebhookDetails,
): boolean {
  if (propertyKey !== undefined && propertyKeys?.includes(propertyKey) === false) return false;
  return filter === undefined || matches === undefined || matches(filter);
}

function keep(
  { book, identifier, site, event, path, body }: Post,
  retry: number,
  due: number,
): void {
  const { cloudId } = site;
  book.put(identifier, {
    cloudId,
    event,
    path,
    retry,
    due,
    ...(body === undefined ? {} : { body }),
  });
}

/** The outcome of one attempt: its HTTP status, nothing when the app could not be reached; `gone`: nobody to tell any more. */
async function attemptAndRecord(
  post: Omit<Post, 'book'>,
  retry: number,
): Promise<number | undefined | 'gone'> {
  const { site, event } = post;
  const installation = post.installation();
  if (installation?.enabled !== true) return 'gone';
  const url = installation.app.baseUrl + post.path;
  const status = await attempt(post, installation, url, retry);
  post.record({ siteSlug: site.slug, event, url, status });
  return status;
}

async function deliver(post: Post, retry: number): Promise<void> {
  const { wire, book } = post;
  const status = await attemptAndRecord(post, retry);
  const isOver = status === 'gone' || (status !== undefined && !isWorthARetry(status));
  if (isOver || retry === RETRIES) {
    book.remove(post.identifier);
    return;
  }
  const share = Number.parseInt(post.identifier.slice(0, 4), 16) / 0xffff;
  const delay = RETRY_DELAY_MS.least + share * (RETRY_DELAY_MS.most - RETRY_DELAY_MS.least);
  keep(post, retry + 1, wire.now() + Math.round(delay));
  wire.after(Math.round(delay), () => void deliver(post, retry + 1));
}

function isWorthARetry(status: number): boolean {
  return [408, 409, 425, 429].includes(status) || status >= 500;
}

/** One attempt; answers the HTTP status, or undefined when the app could not be reached. */
async function attempt(
  { wire, site, event, path, body, identifier }: Omit<Post, 'book'>,
  installation: Installation,
  url: string,
  retry: number,
): Promise<number | undefined> {
  const send = (order: FaultOrder): Promise<Response> => {
    const iat = signingTime(wire, order);
    const qsh = queryStringHash('POST', path);
    const claims = { iss: site.clientKey, iat, exp: iat + TOKEN_LIFE_S, qsh };
    return wire.fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        authorization: `JWT ${signWithSecret(claims, installation.sharedSecret)}`,
        'content-type': 'application/json',
        'x-atlassian-webhook-identifier': identifier,
        ...(retry === 0 ? {} : { 'x-atlassian-webhook-retry': String(retry) }),
      },
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.timeout(WEBHOOK_TIMEOUT_MS),
    });
  };
  try {
    const refuse = (status: number): Response => new Response(null, { status });
    const response = await wire.faults.pass('webhook', `${site.slug} ${event}`, send, refuse);
    await response.body?.cancel();
    return response.status;
  } catch {
    return undefined;
  }
}

/** Context parameters that a webhook's URL may use. */
function valuesOf(body: Readonly<Record<string, unknown>>): ReadonlyMap<string, string> {
  const parsed = EventBody.safeParse(body).data;
  const project = parsed?.project ?? parsed?.issue?.fields?.project;
  return new Map([
    ['issue.id', parsed?.issue?.id ?? ''],
    ['issue.key', parsed?.issue?.key ?? ''],
    ['project.id', project?.id ?? ''],
    ['project.key', project?.key ?? ''],
  ]);
}
