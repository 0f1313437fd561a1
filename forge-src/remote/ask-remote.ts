import { invokeRemote } from '@forge/api';
import type { WireError } from '../../checklist/wire-error.ts';
import { wireErrorSchema } from '../../checklist/wire-error.ts';
import { FunctionError } from '../errors.ts';

/** Key of Tally's server in the manifest's `remotes`. */
const REMOTE = 'connect';

const TRY_AGAIN = 'Try again in a minute.';

/** A question to the server. The path is one of its Forge routes, for instance `/forge/upgrade`. */
export interface Question {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Becomes the JSON body. */
  readonly body?: unknown;
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
  return call(question, (status, reason) => status >= 500 && reason !== undefined);
}

/**
 * The same for the JSON API: what it answers to a page it answers to a function, so its refusals are handed on with its own
 * code, field and limit. Only a refused signature is not: a user can do nothing about that.
 *
 * @throws FunctionError as {@link askRemote}, or with the API's code
 */
export async function askApi(question: Question): Promise<string> {
  return call(question, (status, reason) => status !== 401 && reason !== undefined);
}

type Reason = WireError['error'];

async function call(
  { method, path, headers, body }: Question,
  isForTheUser: (status: number, reason: Reason | undefined) => boolean,
): Promise<string> {
  try {
    const answer = await invokeRemote(REMOTE, {
      path,
      method,
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (answer.ok) return text;
    const reason = readReason(text);
    throw refusal(answer.status, reason, isForTheUser(answer.status, reason));
  } catch (cause) {
    if (cause instanceof FunctionError) throw cause;
    // What the SDK throws here: InvalidRemoteError, ProxyRequestError, or fetch's own error on a broken connection.
    throw unreachable(cause);
  }
}

function refusal(status: number, reason: Reason | undefined, isForTheUser: boolean): FunctionError {
  const cause = new Error(`status ${status}, code ${reason?.code ?? 'none'}`);
  if (status === 403 && reason?.code === 'unlinked_installation') {
    return new FunctionError(
      reason.code,
      'Tally does not know yet which stored checklists belong to this site. They stay where they are.',
      'Nothing to do: this settles by itself within an hour of the update. If it takes longer, contact support.',
      cause,
    );
  }
  if (isForTheUser && reason) {
    const { code, message, next = TRY_AGAIN } = reason;
    return new FunctionError(code, message, next, cause, reason);
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

function readReason(text: string): Reason | undefined {
  try {
    return wireErrorSchema.safeParse(JSON.parse(text)).data?.error;
  } catch {
    return undefined; // A proxy's HTML page is an answer as well.
  }
}
