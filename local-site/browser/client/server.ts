import { readPageData } from './page-data.ts';

const data = readPageData();

/** Which issue or project the page is about, as the server's doors want it. */
const subject = {
  issueKey: data.context.issue?.key,
  projectKey: data.context.project?.key,
};

/**
 * Asks a door of the site's server.
 *
 * @throws an Error with the server's message.
 */
export async function ask<T>(door: string, body: Readonly<Record<string, unknown>>): Promise<T> {
  const response = await fetch(`${data.base}/_local/${door}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...subject, ...body }),
  });
  if (response.status === 204) return undefined as T;
  const answer = (await response.json()) as T & { message?: string };
  if (!response.ok)
    throw new Error(answer.message ?? `The local site answered ${response.status}.`);
  return answer;
}

/** Reports something that this host does not do, so that it is listed when the local site ends. */
export function reportUnmodelled(room: string, what: string): void {
  console.warn(`The local site does not model ${room}: ${what}.`);
  void ask('unmodelled', { room, what });
}
