import { errorLike } from '../errors/error-like.ts';

/** Deadlock and serialization failure: the transaction was rolled back and may simply run again. */
const RUN_AGAIN = new Set(['40P01', '40001']);

/**
 * Runs a transaction again when Postgres rolled it back to resolve a deadlock or a serialization failure. `attempts` bounds
 * it; the last error comes out. `work` must have no effect outside its transaction.
 */
export async function withRetry<T>(work: () => Promise<T>, attempts = 5): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const code = errorLike(error)?.code;
      if (code === undefined || !RUN_AGAIN.has(code) || attempt >= attempts) throw error;
    }
  }
}
