/**
 * What the check of the manifest can find. Stable. None of these is found by Atlassian's own offline validator, and some of
 * them not even by a deploy.
 *
 * Against the frozen Connect descriptor:
 * - `MODULE_LOST`: a legacy module is neither embedded, nor moved, nor retired.
 * - `MODULE_TWICE`: it is more than one of these.
 * - `MODULE_CHANGED`: it is embedded with another body. Bodies are judged at installation only, on the customer's site.
 * - `MODULE_NEW`: the manifest embeds a Connect module that the descriptor does not have.
 * - `RETIRED_UNKNOWN`: connect-modules/retired.json names a module that is not in the descriptor.
 * - `LICENSING_DIFFERS`: paid in one, free in the other. A paid app then ships unlicensed without an error.
 * - `SCOPES_DIFFER`: the `:connect-jira` scopes are not the descriptor's.
 * - `CONNECT_KEY_DIFFERS`: the rendered key is not the listed app's, so that installations would not be replaced.
 *
 * By itself:
 * - `FILE_UNREADABLE`: one of the files is not what it should be at all.
 * - `PLACEHOLDER_LEFT`: `{{…}}`, `<…>` or `${…}` without a declared variable.
 * - `RUNTIME_REFUSED`: a runtime that deploys no longer take.
 * - `OPERATIONS_MISSING`: a remote without `operations`, or without `compute` although functions call it.
 * - `LIST_EMPTY`: a module list without modules.
 * - `KEY_MISSING`: an embedded module without key. One passes the validator, two collide.
 * - `SCOPES_AS_OBJECT`: the object form of scopes, which Atlassian's status tool crashes on.
 * - `EGRESS_UNDECLARED`: a remote that `permissions.external.fetch.backend` does not name.
 * - `INTENT_MISSING`: no `connectToForgeMigration`; admins then see the generic end-of-support message.
 */
export type ProblemCode =
  | 'MODULE_LOST'
  | 'MODULE_TWICE'
  | 'MODULE_CHANGED'
  | 'MODULE_NEW'
  | 'RETIRED_UNKNOWN'
  | 'LICENSING_DIFFERS'
  | 'SCOPES_DIFFER'
  | 'CONNECT_KEY_DIFFERS'
  | 'FILE_UNREADABLE'
  | 'PLACEHOLDER_LEFT'
  | 'RUNTIME_REFUSED'
  | 'OPERATIONS_MISSING'
  | 'LIST_EMPTY'
  | 'KEY_MISSING'
  | 'SCOPES_AS_OBJECT'
  | 'EGRESS_UNDECLARED'
  | 'INTENT_MISSING';

/** One finding. `message` says what is wrong and what to do; `path` is where in the manifest, outermost key first. */
export interface Problem {
  readonly code: ProblemCode;
  readonly message: string;
  readonly path?: readonly (string | number)[];
}

/** A file that is not what it should be at all. */
export class UnreadableFileError extends Error {
  readonly code = 'FILE_UNREADABLE' satisfies ProblemCode;

  constructor(file: string, cause: unknown) {
    super(`${file}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = 'UnreadableFileError';
  }
}
