import type { IncomingHttpHeaders } from 'node:http';

/** A call of a function that came in at the runtime routes, read completely. */
export interface RouteRequest {
  readonly method: string;
  /** Path of the route, for instance `/fpp/provider/app/remote/jira`. */
  readonly route: string;
  /** `forge-proxy-target`: the path or address that the function asked for. */
  readonly target: string;
  /** The function's own headers, without those of the connection and of the proxy. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** An answer whose body may be anything. */
export interface RouteAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

const HOP = /^(host|connection|content-length|transfer-encoding|keep-alive|forge-proxy-.*)$/;

/** The headers that the function itself set. */
export function ownHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const own: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !HOP.test(name)) own[name] = String(value);
  }
  return own;
}
