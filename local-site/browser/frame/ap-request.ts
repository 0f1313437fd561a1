/*
 * The `AP.request` half of all.js: what Atlassian's own all.js adds behind iframe.js, written from its documentation.
 * A classic script: no imports that remain, everything inside one function.
 */
(() => {
  /** What the host answers; see client/connect/request-module.ts. */
  interface HostResponse {
    readonly status: number;
    readonly statusText: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  }

  interface Xhr {
    readonly status: number;
    readonly statusText: string;
    readonly responseText: string;
    getResponseHeader(name: string): string | null;
    getAllResponseHeaders(): string;
  }

  interface RequestOptions {
    url?: string;
    success?: (body: string, status: string, xhr: Xhr) => void;
    error?: (xhr: Xhr, status: string, thrown: string) => void;
    [option: string]: unknown;
  }

  interface Host {
    request?: (url: string | RequestOptions, options?: RequestOptions) => Promise<unknown>;
    _hostModules?: {
      _localRequest?: { send(options: object, done: (response: HostResponse) => void): void };
    };
  }

  const { AP } = globalThis as unknown as { AP?: Host };
  // Outside of a frame there is no host, and AP is an empty shell.
  const channel = AP?._hostModules?._localRequest;
  if (AP === undefined || channel === undefined) return;

  function xhrOf(response: HostResponse): Xhr {
    const { status, statusText, headers, body } = response;
    return {
      status,
      statusText,
      responseText: body,
      getResponseHeader: (name) => headers[name.toLowerCase()] ?? null,
      getAllResponseHeaders: () =>
        Object.entries(headers)
          .map(([name, value]) => `${name}: ${value}`)
          .join('\r\n'),
    };
  }

  AP.request = (first, second) => {
    const given = typeof first === 'string' ? { ...second, url: first } : first;
    const { success, error, ...sent } = given;
    const answer = new Promise((resolve, reject) => {
      channel.send(sent, (response) => {
        const xhr = xhrOf(response);
        if (response.status >= 200 && response.status < 400) {
          success?.(response.body, 'success', xhr);
          resolve({ body: response.body, xhr });
          return;
        }
        error?.(xhr, 'error', response.statusText);
        // The documented shape of the rejection: an object with both, not an Error.
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
        reject({ xhr, err: response.body });
      });
    });
    // Callers of the callback form never look at the promise.
    if (success !== undefined || error !== undefined) answer.catch(() => undefined);
    return answer;
  };
})();
