import { errorLike } from './error-like.ts';
import { RemoteError } from './remote-error.ts';

/** The gate of crossgrade is closed for this tenant: a hand-over is under way. */
const GATE_CLOSED = '55006';

/** A record of which both sides hold what the other can't explain: crossgrade holds it until a person has decided. */
const HELD = 'MQ001';

/** SQLSTATE classes and codes that mean "Postgres cannot serve us now", not "our statement is wrong". */
const UNAVAILABLE =
  /^(08...|53...|57P0[1-5]|57014|25006|28...|3D000|55P03|40P01|40001|XX001|XX002)$/;

/** Socket errors of Node that mean the same. */
const SOCKET = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'EAI_AGAIN',
]);

/** What `pg` says, without any code, when a connection ends under a query or none can be had. */
const DRIVER =
  /Connection terminated|timeout exceeded when trying to connect|Cannot use a pool after calling end|Query read timeout|Client has encountered a connection error|Client was closed/;

/**
 * The answer for an error of the database driver, or undefined when the error does not come from there. A database that
 * cannot be reached is 503: never 401, and never an empty result.
 */
export function fromDatabaseError(thrown: unknown): RemoteError | undefined {
  const error = errorLike(thrown);
  if (error === undefined) return undefined;
  // Node tries every address of a host and reports the failures together.
  if (error.errors.some((each) => fromDatabaseError(each) !== undefined))
    return unavailable(thrown);
  const { code, message } = error;
  if (code === GATE_CLOSED) {
    return new RemoteError('handover_in_progress', 'This data is being handed over right now.', {
      next: 'Try again in a few seconds.',
      cause: thrown,
    });
  }
  if (code === HELD) {
    return new RemoteError('forge_unreachable', 'This record is held at the moment.', {
      next: 'Nothing was changed. The operator of the app has been told.',
      cause: thrown,
    });
  }
  if (code !== undefined && (UNAVAILABLE.test(code) || SOCKET.has(code)))
    return unavailable(thrown);
  return DRIVER.test(message) ? unavailable(thrown) : undefined;
}

function unavailable(cause: unknown): RemoteError {
  return new RemoteError('database_unavailable', 'The database cannot be reached.', {
    next: 'Nothing was changed. Try again in a moment.',
    cause,
  });
}
