/** What a function is told about the call it serves. Becomes `__forge_runtime__` and the second argument. */
export interface InvocationMeta {
  /** Where calls of this invocation go, and the token that names the invocation. */
  readonly proxy: { readonly url: string; readonly token: string };
  /** `ari:cloud:jira::site/<cloudId>` */
  readonly contextAri: string;
  readonly cloudId: string;
  /** The user, where there is one. */
  readonly accountId?: string;
  /** Absent outside of paid production apps, as on the platform. */
  readonly license?: Readonly<Record<string, unknown>>;
  readonly appContext: {
    /** Bare UUIDs here; the SDK makes ARIs of them. */
    readonly appId: string;
    readonly appVersion: string;
    readonly environmentId: string;
    readonly environmentType: string;
    readonly invocationId: string;
    readonly installationId: string;
    readonly functionKey: string;
    readonly moduleType: string;
    readonly moduleKey: string;
    readonly permissions: { readonly scopes: readonly string[] };
  };
  readonly tracing: { readonly traceId: string; readonly spanId: string };
}

/** What one invocation may write to its console. What is over is dropped and counted. */
export interface LogLimits {
  readonly lines: number;
  readonly bytes: number;
}

/** One call of a function. */
export interface Invocation {
  readonly handler: string;
  /** First argument. Passes JSON. */
  readonly event: unknown;
  readonly meta: InvocationMeta;
  /** Milliseconds until the call counts as timed out. */
  readonly timeLimit: number;
  /** Memory of the process that serves it. (Default: that of the version) */
  readonly memoryMB?: number;
  /** (Default: 100 lines, 200 KB) */
  readonly logLimits?: LogLimits;
  /**
   * Milliseconds by which the site's clock is ahead of the machine's when the call begins; `Date` in the process follows. Time
   * passes at the machine's pace while the function runs, like its time limit. (Default: 0)
   */
  readonly clockOffset?: number;
  /** A fault: the process is killed so many milliseconds, of real time, after it got the call. */
  readonly crashAfterMs?: number;
}

/**
 * How the platform names what went wrong (facts: forge-runtime section 9, forge-storage section 10.4). `PAYLOAD_TOO_BIG` is
 * our name: the platform's own is not established.
 */
export type FunctionErrorType =
  | 'FUNCTION_ERR'
  | 'NEEDS_AUTHENTICATION_ERR'
  | 'PROXY_ERR'
  | 'REQUEST_EGRESS_ALLOWLIST_ERR'
  | 'FUNCTION_FETCH_ERR'
  | 'INVALID_REMOTE_ERR'
  | 'INVALID_CONTAINER_SERVICE_ERR'
  | 'FUNCTION_TIME_OUT'
  | 'FUNCTION_OUT_OF_MEMORY'
  | 'FUNCTION_PLATFORM_UNKNOWN_ERROR'
  | 'FUNCTION_PLATFORM_RATE_LIMITED'
  | 'PAYLOAD_TOO_BIG';

/** A function failed. `message` is the message that the function threw. */
export class FunctionError extends Error {
  readonly code: FunctionErrorType;
  /** Stack inside the function, empty for time-outs and crashes. */
  readonly functionStack: readonly string[];

  constructor(
    code: FunctionErrorType,
    message: string,
    functionStack: readonly string[] = [],
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'FunctionError';
    this.code = code;
    this.functionStack = functionStack;
  }
}

/** One line that a function wrote to its console. */
export interface LogLine {
  readonly level: 'debug' | 'log' | 'info' | 'warn' | 'error';
  readonly text: string;
  /** Absent when the line was written outside of any invocation. */
  readonly invocationId: string | undefined;
  /** Only in the platform's own last line of an invocation that wrote too much: how many lines were dropped. */
  readonly dropped?: number;
}
