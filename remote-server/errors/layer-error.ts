import { LayerError, type LayerErrorCode } from 'crossgrade';
import { RemoteError } from './remote-error.ts';

const UNREACHABLE: readonly LayerErrorCode[] = [
  'quota.unknown',
  'target.refused',
  'target.unauthorized',
  'target.unreachable',
];

/**
 * The answer for an error of crossgrade that a request met on its way to Forge. Whatever keeps Forge from answering is 503:
 * never an empty list, and never the copy in Postgres. Undefined for what no request should meet.
 *
 * A broken record is 503 too: the request is right, and the answer changes once the operator has repaired the record.
 */
export function fromLayerError(error: unknown): RemoteError | undefined {
  if (!(error instanceof LayerError)) return undefined;
  if (error.code === 'record.unfit') {
    return new RemoteError('over_limit', 'This has become too large to be kept at Atlassian.', {
      next: 'Shorten or split it, then try again.',
      cause: error,
    });
  }
  if (error.code === 'record.broken') {
    return new RemoteError('record_broken', 'A part of this data is missing at Atlassian.', {
      next: 'Nothing was changed. The operator of the app has been told, and can repair it.',
      cause: error,
    });
  }
  if (!UNREACHABLE.includes(error.code)) return undefined;
  return new RemoteError('forge_unreachable', 'The data at Atlassian cannot be reached.', {
    next: 'Nothing is lost. Try again in a moment.',
    cause: error,
  });
}
