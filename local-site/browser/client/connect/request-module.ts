import { readPageData } from '../page-data.ts';
import { reportUnmodelled } from '../server.ts';
import { connectHost } from './connect-host.ts';
import type { ModuleCallback } from './connect-host.ts';

const data = readPageData();

interface Asked {
  readonly url?: string;
  readonly type?: string;
  readonly data?: string | Readonly<Record<string, string>>;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly binaryAttachment?: boolean;
}

/** The host's half of `AP.request`: makes the call as the person looking. See frame/ap-request.ts for the other half. */
export function defineRequestModule(): void {
  connectHost.defineModule('_localRequest', {
    send: (asked: Asked, callback: ModuleCallback) => {
      void send(asked).then(callback, (error: unknown) => {
        callback(problem(error instanceof Error ? error.message : String(error)));
      });
    },
  });
}

async function send(asked: Asked): Promise<unknown> {
  const url = asked.url ?? '';
  if (asked.binaryAttachment === true) {
    reportUnmodelled('connect', 'AP.request with binaryAttachment');
    return problem('The local site does not model binary attachments.');
  }
  if (!/^\/(?![/\\])/.test(url)) return problem('AP.request takes paths below the site only.');
  const method = (asked.type ?? 'GET').toUpperCase();
  const bodiless = method === 'GET' || method === 'HEAD';
  const text =
    typeof asked.data === 'object' ? new URLSearchParams(asked.data).toString() : asked.data;
  const query = bodiless && text ? `${url.includes('?') ? '&' : '?'}${text}` : '';
  const contentType = asked.contentType ?? 'application/x-www-form-urlencoded';
  const response = await fetch(data.base + url + query, {
    method,
    headers: {
      ...(bodiless ? {} : { 'content-type': contentType }),
      ...asked.headers,
      'ap-client-key': data.appKey,
    },
    ...(bodiless || text === undefined ? {} : { body: text }),
  });
  return {
    status: response.status,
    statusText: response.statusText,
    headers: Object.fromEntries(response.headers),
    body: await response.text(),
  };
}

function problem(message: string): unknown {
  return { status: 400, statusText: 'Bad Request', headers: {}, body: message };
}
