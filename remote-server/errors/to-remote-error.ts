import { ChecklistError } from '../../checklist/index.ts';
import { fromDatabaseError } from './database-error.ts';
import { fromLayerError } from './layer-error.ts';
import { RemoteError } from './remote-error.ts';

/**
 * The one translation at the HTTP border: whatever was thrown becomes an answer. What is not understood is `internal` and
 * tells the caller nothing; its cause stays for the log.
 */
export function toRemoteError(error: unknown): RemoteError {
  if (error instanceof RemoteError) return error;
  if (error instanceof ChecklistError) return fromChecklist(error);
  return (
    fromLayerError(error) ??
    fromDatabaseError(error) ??
    fromBodyParser(error) ??
    fromAce(error) ??
    new RemoteError('internal', 'Something went wrong on our side.', { cause: error })
  );
}

function fromChecklist(error: ChecklistError): RemoteError {
  const { problem } = error;
  return new RemoteError(problem.code, error.message, {
    next: error.next,
    field: 'field' in problem ? problem.field : undefined,
    limit: 'limit' in problem ? problem.limit : undefined,
    cause: error,
  });
}

/** Express' parsers and router throw errors with `status` and sometimes `type`; only their 4xx are the caller's fault. */
function fromBodyParser(error: unknown): RemoteError | undefined {
  if (typeof error !== 'object' || error === null || !('status' in error)) return undefined;
  const { status } = error;
  if (typeof status !== 'number' || status < 400 || status > 499) return undefined;
  return new RemoteError('malformed', 'The request cannot be read.', {
    field: 'body',
    cause: error,
  });
}

/**
 * atlassian-connect-express passes plain objects `{code, message}`. It answers a wrong secret with 400 and an unreachable
 * key server with 404; for the caller every refusal is 401, and only "the tenant could not be looked up" is not one.
 */
function fromAce(error: unknown): RemoteError | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if (!('code' in error) || typeof error.code !== 'number') return undefined;
  if (error.code >= 500) {
    return new RemoteError('database_unavailable', 'The tenant could not be looked up.', {
      next: 'Nothing was changed. Try again in a moment.',
      cause: error,
    });
  }
  return new RemoteError('unauthenticated', 'The request is not signed by a site we know.', {
    next: 'Reload the page.',
    cause: error,
  });
}
