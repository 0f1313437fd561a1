/** Who acts on which issue, as a verified token says. The tenant is in the store. */
export interface IssueScope {
  readonly issueId: string;
  readonly projectId: string;
  /** Atlassian account id, null when nobody is signed in or the app itself acts. */
  readonly actor: string | null;
}

/** Who acts on which project's templates. */
export interface ProjectScope {
  readonly projectId: string;
  readonly actor: string | null;
}

/** Time and ids, from outside. `newId` gives a lower-case UUID. */
export interface Supplies {
  now(): Date;
  newId(): string;
}
