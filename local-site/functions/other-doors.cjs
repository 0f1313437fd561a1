'use strict';
const http = require('node:http');
const http2 = require('node:http2');
const https = require('node:https');
const tls = require('node:tls');

/**
 * The platform leads every way out of a function through its proxy, also Node's own `https`. The local site models `fetch`
 * and the @forge packages only, so the other doors are shut and say so: a call that went past the allow-list in silence
 * would be worse. `report` is told what was tried.
 */
exports.closeOtherDoors = (report) => {
  const doors = [
    ['http', http, ['request', 'get']],
    ['https', https, ['request', 'get']],
    ['http2', http2, ['connect']],
    ['tls', tls, ['connect']],
  ];
  for (const [name, module, methods] of doors) {
    for (const method of methods) module[method] = shut(`${name}.${method}`, report);
  }
  for (const name of ['WebSocket', 'EventSource']) delete globalThis[name];
};

function shut(what, report) {
  return () => {
    report(what);
    const error = new Error(`The local site does not model ${what} in a function. Use fetch.`);
    error.name = 'NOT_MODELLED';
    throw error;
  };
}
