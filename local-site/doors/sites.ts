/** Time enters as an argument everywhere. `now` is epoch milliseconds. */
export interface Clock {
  now(): number;
  /** Runs `task` once after `ms`; the returned function cancels it. */
  after(ms: number, task: () => void): () => void;
}

export type Generation = 'none' | 'connect' | 'hybrid';

/** One Jira user. `groups` holds `administrators` for admins. */
export interface User {
  readonly accountId: string;
  readonly displayName: string;
  readonly admin: boolean;
  /** False: may log in, but has no permission in any project. Default true. */
  readonly projectAccess?: boolean;
  /** Keys of the only projects this person may enter. Absent: all of them. */
  readonly projects?: readonly string[];
}

/** One pretend Jira Cloud site. Identity never changes; `generation` and what follows it do. */
export interface Site {
  readonly slug: string;
  readonly displayName: string;
  /** Stable across reinstall; a bare UUID. */
  readonly cloudId: string;
  /** Stable across the move from Connect to Forge. */
  readonly clientKey: string;
  /** `http://localhost:<port>` for the first site, `…/sites/<slug>` for the others. Never ends in a slash. */
  readonly baseUrl: string;
  readonly users: readonly User[];
  generation: Generation;
  /** Full ARI `ari:cloud:ecosystem::installation/<uuid>`, present in generation `hybrid`. */
  installationId?: string;
  /** The app's licence here. It counts for paid apps in production only. (Default: `active`) */
  licence?: Licence;
  /** Where the site's data is pinned: `EU`, `US` … Absent: not pinned. */
  region?: string;
}

/** `suspended`: a payment is missing; the app is inactive, its data is kept. `none`: there is no licence at all. */
export type Licence = 'active' | 'suspended' | 'none';

/** An answer of a room to a REST-like call, before it becomes HTTP. */
export interface Answer {
  readonly status: number;
  /** JSON body; absent means an empty body. */
  readonly body?: unknown;
  /** The body as JSON text, where the room had it anyway: who writes the answer to a socket need not make it again. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A call that the local site does not model. It was answered with 501 and is listed at exit. */
export interface UnmodelledCall {
  readonly room: string;
  readonly what: string;
  readonly count: number;
}

/** The first call of its kind, to find out who made it. */
export interface UnmodelledExample extends UnmodelledCall {
  /** The site's time of the first one, epoch milliseconds. */
  readonly firstAt: number;
  /** Where in the local site it was refused. */
  readonly stack: readonly string[];
  /** Its headers; the values of those that may hold a secret are left out. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Where every room reports what it does not model. */
export interface UnmodelledRegister {
  /** Records the call and returns the 501 answer `{ code: 'NOT_MODELLED', message }`. */
  refuse(
    room: string,
    what: string,
    headers?: Readonly<Record<string, string | readonly string[] | undefined>>,
  ): Answer;
  list(): readonly UnmodelledCall[];
  /** As {@link UnmodelledRegister.list}, each with its first example. */
  examples?(): readonly UnmodelledExample[];
}
