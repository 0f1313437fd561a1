/** Where a fault can strike. One word per border that a message crosses. */
export type Border =
  /** A remote calls Forge storage over REST. */
  | 'storage.rest'
  /** A function calls Forge storage through the SDK. */
  | 'storage.function'
  /** Jira's REST API, called with a system token or from a function. */
  | 'jira.app'
  /** Jira's REST API, called with a Connect JWT or from a page. */
  | 'jira.site'
  /** The platform runs a function. */
  | 'invoke'
  /** The platform calls the app's remote for a page or a function. */
  | 'remote'
  /** The platform calls the app's remote for an event or a schedule. */
  | 'remote.event'
  /** An event of the product or of the life cycle, before it is delivered. */
  | 'event'
  /** An async event, before it is delivered. */
  | 'queue'
  /** One run of a scheduled trigger. */
  | 'schedule'
  /** A Connect webhook. */
  | 'webhook'
  /** A Connect lifecycle callback. */
  | 'lifecycle';

/** What a border has to do differently while it performs, because only the border can. Empty for most calls. */
export interface FaultOrder {
  /** Border `invoke`: kill the function's process this many milliseconds (of real time) after the call reached it. */
  readonly crashAfterMs?: number;
  /** Borders that carry a token: it is no longer valid when it arrives. Shared secrets stay as they are. */
  readonly expireToken?: boolean;
}

/** What every border passes through. */
export interface FaultGate {
  /**
   * Does `perform`, unless the plan of faults says otherwise: not at all, twice, later, slowly, or without telling the
   * caller. `what` is a short text without secrets and without random parts, for instance `acme /batch/set`: it names the
   * call in scripts and in the log. `refuse` makes the border's own answer for a status (429 or 5xx).
   *
   * @throws LostError when the caller must not get an answer: an HTTP border then drops the connection.
   */
  pass<T>(
    border: Border,
    what: string,
    perform: (order: FaultOrder) => Promise<T>,
    refuse: (status: number) => T,
  ): Promise<T>;
}
