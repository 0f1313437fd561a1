import type { Writable } from 'node:stream';
import { pino, type Logger } from 'pino';
import { redactText } from './redact-text.ts';

export type { Logger } from 'pino';

/**
 * The remote's logger: one JSON object per line, `event` names what happened, `tenant` says for whom. Every finished line
 * passes through `redactText`, so that no secret gets out even where a library builds the text.
 */
export function createLogger(level: string, out: Pick<Writable, 'write'> = process.stderr): Logger {
  const redacting = {
    write(line: string): void {
      out.write(redactText(line));
    },
  };
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, redacting);
}
