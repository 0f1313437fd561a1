import { LayerError, type LayerErrorCode } from 'crossgrade';
import { ChecklistError } from '../checklist/index.ts';
import type { WireError } from '../checklist/index.ts';
import { FunctionError } from './errors.ts';

const UNREACHABLE: readonly LayerErrorCode[] = [
  'quota.unknown',
  'target.refused',
  'target.unauthorized',
  'target.unreachable',
];

/**
 * The error body that the pages understand, the same as the JSON API's: the bridge would hand on nothing but the message of
 * a thrown error, and the page needs the code. Undefined for what is not ours to explain, the platform's own errors among
 * them.
 */
export function toWire(error: unknown): WireError | undefined {
  if (error instanceof FunctionError) return error.toWire();
  if (error instanceof ChecklistError) {
    const { code, message, next, problem } = error;
    return {
      error: {
        ...{ code, message, next },
        ...('field' in problem ? { field: problem.field } : {}),
        ...('limit' in problem ? { limit: problem.limit } : {}),
      },
    };
  }
  return error instanceof LayerError ? ofLayer(error).toWire() : undefined;
}

/** Whatever keeps the store from answering is said; it never becomes an empty list, and never another store's copy. */
function ofLayer(error: LayerError): FunctionError {
  if (error.code === 'record.unfit') {
    return new FunctionError(
      'over_limit',
      'This has become too large to be kept at Atlassian.',
      'Shorten or split it, then try again.',
      error,
    );
  }
  if (error.code === 'record.broken') {
    return new FunctionError(
      'record_broken',
      'A part of this data is missing at Atlassian.',
      'Nothing was changed. The operator of the app has been told, and can repair it.',
      error,
    );
  }
  if (UNREACHABLE.includes(error.code)) {
    return new FunctionError(
      'forge_unreachable',
      'The data at Atlassian cannot be reached.',
      'Nothing is lost. Try again in a moment.',
      error,
    );
  }
  return new FunctionError(
    'internal',
    'Something went wrong on our side.',
    'Nothing was changed. If it stays, contact support.',
    error,
  );
}
