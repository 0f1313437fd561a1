'use strict';
const { format } = require('node:util');

/**
 * Replaces the five methods of `console`: each call becomes one line `{level, text, invocationId}` for `write` instead of
 * the terminal. An invocation has so many lines and so many bytes; what is over is dropped and counted in its `log`. Other
 * methods (`table`, `dir`, `trace` …) write to the process's own output, which nobody reads.
 */
exports.captureConsole = (currentInvocation, write) => {
  for (const level of ['debug', 'log', 'info', 'warn', 'error']) {
    console[level] = (...parts) => {
      const text = format(...parts);
      const invocation = currentInvocation();
      if (!invocation) return write({ level, text });
      const { log, invocationId } = invocation;
      const bytes = Buffer.byteLength(text);
      if (log.lines < 1 || log.bytes < bytes) {
        log.dropped += 1;
        return undefined;
      }
      log.lines -= 1;
      log.bytes -= bytes;
      return write({ level, text, invocationId });
    };
  }
};
