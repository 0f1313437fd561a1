/**
 * Required before the Forge CLI: names other than this machine's do not resolve. A check that passes then has passed against the
 * local site alone, and nothing can reach Atlassian by mistake.
 */
'use strict';
const dns = require('node:dns');

const lookup = dns.lookup;
const isLocal = (host) => host === 'localhost' || host.startsWith('127.') || host === '::1';

dns.lookup = (host, options, done) => {
  const callback = typeof options === 'function' ? options : done;
  if (isLocal(host)) return lookup(host, options, done);
  const error = Object.assign(new Error(`Offline: ${host}`), { code: 'ENOTFOUND', hostname: host });
  process.nextTick(callback, error);
  return {};
};
