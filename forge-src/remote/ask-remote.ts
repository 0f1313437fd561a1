import { invokeRemote } from '@forge/api';
import type { WireError } from '../../checklist/wire-error.ts';
import { wireErrorSchema } from '../../checklist/wire-error.ts';
import { FunctionError } from '../errors.ts';

/** Key of Tally's server in the manifest's `remotes`. */
const REMOTE = 'connect';

const TRY_AGAIN = 'Try again in a minute.';

/** A question to the server. The path is one of its Forge routes, for instance `/forge/upgrade`. */
export interface Question {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** Becomes the JSON body. */
  readonly body?: Readonly<Record<string, unknown>>;
}

/**
 * Calls Tally's server as this installation (a signed invocation token and, by `remotes[].auth`, the system token travel
 * along) and returns the text of a 2xx answer. The token names no user: who may ask is checked before, by the caller.
 *
 * Never retries: the user or the next schedule does. Never returns anything for a failure.
 *
 * @throws FunctionError `unreachable`, `unlinked_installation`, `refused`, or the server's own code with a 5xx
 */
export async function askRemote(question: Question): Promise<string> {
  const { method, path, body } = question;
  try {
    const answer = await invokeRemote(REMOTE, {
      path,
      method,
      headers: {
        accept: 'application/json',
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (answer.ok) return text;
    throw refusal(answer.status, text);
  } catch (cause) {
    if (cause instanceof FunctionError) throw cause;
    // What the SDK throws here: InvalidRemoteError, ProxyRequestError, or fetch's own error on a broken connection.
    throw unreachable(cause);
  }
}

function refusal(status: number, text: string): FunctionError {
  const reason = readReason(text);
  const cause = new Error(`status ${status}, code ${reason?.code ?? 'none'}`);
  if (status === 403 && reason?.code === 'unlinked_installation') {
    return new FunctionError(
      reason.code,
      'Tally does not know yet which stored checklists belong to this site. They stay where they are.',
      'Nothing to do: this settles by itself within an hour of the update. If it takes longer, contact support.',
      cause,
    );
  }
  if (status >= 500 && reason) {
    return new FunctionError(reason.code, reason.message, reason.next ?? TRY_AGAIN, cause);
  }
  if (status >= 500 || status === 429) return unreachable(cause);
  return new FunctionError(
    'refused',
    "Tally's server refused the question.",
    'Reload the page. If it stays, contact support.',
    cause,
  );
}

function unreachable(cause: unknown): FunctionError {
  return new FunctionError(
    'unreachable',
    "Tally's server did not answer. Your checklists are safe.",
    TRY_AGAIN,
    cause,
  );
}

function readReason(text: string): WireError['error'] | undefined {
  try {
    return wireErrorSchema.safeParse(JSON.parse(text)).data?.error;
  } catch {
    return undefined; // A proxy's HTML page is an answer as well.
  }
}
