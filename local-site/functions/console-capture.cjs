'use strict';
const { format } = require('node:util');

/** Replaces the five methods of `console`; each line goes to `write(level, text)` instead of the terminal. */
exports.captureConsole = (write) => {
  for (const level of ['debug', 'log', 'info', 'warn', 'error']) {
    console[level] = (...parts) => {
      write(level, format(...parts));
    };
  }
};
