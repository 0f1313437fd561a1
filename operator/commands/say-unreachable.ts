import { LAYER_ERRORS } from 'crossgrade';

/** SQLSTATE classes and socket errors that mean "no Postgres there now". */
const UNREACHABLE =
  /^(08...|53300|55000|57P0[1-5]|3D000|28...|ECONNREFUSED|ECONNRESET|ENOTFOUND|ETIMEDOUT|EPIPE)$/;
const DRIVER =
  /Connection terminated|timeout exceeded when trying to connect|not currently accepting/;

/**
 * Runs a command of `xg`. When Postgres can't be reached it says so with the next step and exit code 1, instead of a stack
 * trace; every other error goes on.
 */
export async function sayUnreachable(
  work: () => Promise<unknown>,
  print: (line: string) => void = (line) => void process.stderr.write(`${line}\n`),
): Promise<number> {
  try {
    await work();
    return 0;
  } catch (error) {
    if (!isUnreachable(error)) throw error;
    print(`Postgres can not be reached: ${reasonOf(error)} (postgres.unreachable)`);
    print(`  next: ${LAYER_ERRORS['postgres.unreachable']}`);
    return 1;
  }
}

/** Also looks into causes, and into what Node collects when it has tried every address of a host. */
function isUnreachable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, errors } = error as { code?: unknown; errors?: unknown };
  if (typeof code === 'string' && UNREACHABLE.test(code)) return true;
  if (DRIVER.test(error.message)) return true;
  if (Array.isArray(errors) && errors.some(isUnreachable)) return true;
  return error.cause !== undefined && isUnreachable(error.cause);
}

function reasonOf(error: unknown): string {
  return error instanceof Error && error.message !== '' ? error.message : 'no connection';
}
