'use strict';
const { existsSync } = require('node:fs');
const { join } = require('node:path');

/** Extensions in the order in which they are tried. The bundler of the Forge CLI writes .cjs, our build writes .js. */
const EXTENSIONS = ['.cjs', '.js'];
const known = new Map();

/** The function behind `<file>.<export>`. The module is loaded once per process. Throws when it is not there. */
exports.loadHandler = (bundleDir, handler) => {
  const found = known.get(handler);
  if (found) return found;
  const dot = handler.lastIndexOf('.');
  const base = join(bundleDir, handler.slice(0, dot));
  const extension = EXTENSIONS.find((candidate) => existsSync(base + candidate));
  if (!extension) throw new Error(`${base}.js is not there. Build the app first.`);
  const run = require(base + extension)[handler.slice(dot + 1)];
  if (typeof run !== 'function') throw new Error(`${handler} is not an exported function.`);
  known.set(handler, run);
  return run;
};
