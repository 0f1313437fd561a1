import { format } from 'node:util';
import type { Logger } from './create-logger.ts';

/** The methods atlassian-connect-express calls on the logger it is given. */
export interface AceLogger {
  debug(...parts: unknown[]): void;
  info(...parts: unknown[]): void;
  log(...parts: unknown[]): void;
  warn(...parts: unknown[]): void;
  error(...parts: unknown[]): void;
}

/**
 * Writes what atlassian-connect-express says into our log, as text under `event: "ace"`. Its information level is ours of
 * debugging, because it writes whole tenants there outside production.
 */
export function createAceLogger(logger: Logger): AceLogger {
  const at =
    (level: 'debug' | 'warn' | 'error') =>
    (...parts: unknown[]) =>
      logger[level]({ event: 'ace' }, '%s', format(...parts));
  return {
    debug: at('debug'),
    info: at('debug'),
    log: at('debug'),
    warn: at('warn'),
    error: at('error'),
  };
}
