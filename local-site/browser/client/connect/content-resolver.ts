import { ask } from '../server.ts';
import { connectHost } from './connect-host.ts';
import type { Extension } from './connect-host.ts';
import { frameOf } from './frame-of.ts';

interface Failure {
  readonly text: string;
}

/**
 * Gives the library a fresh address when a frame's token has expired. The library expects jQuery's kind of promise:
 * `done` and `fail`, which may be attached before or after the answer.
 */
export function registerContentResolver(): void {
  connectHost.registerContentResolver.resolveByExtension((extension) => {
    const purpose = frameOf(extension)?.purpose ?? {};
    const answer = ask<{ url: string }>('connect/url', { moduleKey: extension.key, purpose }).then(
      ({ url }) => resolved(extension, url),
    );
    const deferred = {
      done: (use: (data: unknown) => void) => {
        answer.then(use, () => undefined);
        return deferred;
      },
      fail: (use: (data: unknown, failure: Failure) => void) => {
        answer.catch((error: unknown) => {
          use({}, { text: error instanceof Error ? error.message : String(error) });
        });
        return deferred;
      },
      promise: () => deferred,
    };
    return deferred;
  });
}

function resolved(extension: Extension, url: string): unknown {
  return { url, addon_key: extension.addon_key, key: extension.key, options: {} };
}
