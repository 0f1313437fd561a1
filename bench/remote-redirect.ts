import http from 'node:http';
import https from 'node:https';

/**
 * Sends this process' https calls to one host to a plain http address instead. atlassian-connect-express has no setting for
 * where Forge's keys are; whoever measures it on one machine must reach under it. Import it before the library.
 */
const HOST = 'forge.cdn.prod.atlassian-dev.net';
const target = process.env['REDIRECT_TO'];

if (target !== undefined) {
  const redirected = (original: typeof https.get): typeof https.get => {
    const get = (url: unknown, ...rest: unknown[]): unknown => {
      const address = typeof url === 'string' || url instanceof URL ? new URL(url) : undefined;
      if (address?.hostname !== HOST) {
        return (original as (...all: unknown[]) => unknown)(url, ...rest);
      }
      const [options, ...others] = rest;
      const plain = typeof options === 'object' ? { ...options, agent: undefined } : options;
      return (http.get as (...all: unknown[]) => unknown)(
        new URL(address.pathname, target),
        plain,
        ...others,
      );
    };
    return get as typeof https.get;
  };
  https.get = redirected(https.get);
  https.request = redirected(https.request);
}
