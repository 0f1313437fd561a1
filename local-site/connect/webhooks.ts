import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Site } from '../types.ts';
import type { Installation } from './installation.ts';
import type { Wire } from './lifecycle.ts';
import { fillPlaceholders } from './placeholders.ts';
import { queryStringHash, signWithSecret } from './signing.ts';

/** How long Jira waits for the answer to a webhook, in milliseconds. */
const WEBHOOK_TIMEOUT_MS = 20_000;
const TOKEN_LIFE_S = 180;

const WebhookBody = z.object({ event: z.string(), url: z.string() });
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

/**
 * Posts an event to every webhook module that listens to it, and answers what became of each. Never rejects: a site does
 * not care whether an app heard. There is no second attempt here.
 */
export function deliverWebhooks(
  wire: Wire,
  site: Site,
  installation: Installation,
  event: string,
  body: Readonly<Record<string, unknown>>,
): Promise<readonly Delivery[]> {
  const values = valuesOf(body);
  const paths = installation.app.modules
    .filter(({ type }) => type === 'webhooks')
    .map((module) => WebhookBody.safeParse(module.body).data)
    .filter((webhook) => webhook?.event === event)
    .map((webhook) => fillPlaceholders(webhook?.url ?? '', values));
  return Promise.all(
    paths.map((path) => deliver(wire, site, installation, event, path, JSON.stringify(body))),
  );
}

async function deliver(
  wire: Wire,
  site: Site,
  installation: Installation,
  event: string,
  path: string,
  body: string,
): Promise<Delivery> {
  const url = installation.app.baseUrl + path;
  const iat = Math.floor(wire.now() / 1000);
  const qsh = queryStringHash('POST', path);
  const claims = { iss: site.clientKey, iat, exp: iat + TOKEN_LIFE_S, qsh };
  const delivery = { siteSlug: site.slug, event, url };
  try {
    const response = await wire.fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        authorization: `JWT ${signWithSecret(claims, installation.sharedSecret)}`,
        'content-type': 'application/json',
        'x-atlassian-webhook-identifier': randomUUID(),
      },
      body,
      signal: AbortSignal.timeout(WEBHOOK_TIMEOUT_MS),
    });
    await response.body?.cancel();
    return { ...delivery, status: response.status };
  } catch {
    return { ...delivery, status: undefined };
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
