import type { Remote } from '../app/index.ts';

export interface RemoteRequest {
  readonly remote: Remote;
  readonly path: string;
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | undefined;
  /** Milliseconds. */
  readonly timeLimit: number;
  /** The system token to send, or undefined for none. */
  readonly systemToken: string | undefined;
  readonly module: { readonly type: string; readonly key: string };
  readonly context?: Readonly<Record<string, unknown>>;
  readonly principal?: string | undefined;
  /** Which faults may strike. (Default: `remote`) */
  readonly border?: 'remote' | 'remote.event';
}
