import type { Issue, IssueSeed } from '../types.ts';

/** Facts that an issue is made from, besides its seed. */
export interface IssueIdentity {
  readonly id: string;
  readonly key: string;
  readonly projectId: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

/**
 * One issue. Tens of thousands of them live in memory, so that what few issues have (properties, a description) costs
 * nothing where it is absent.
 */
export class IssueRecord implements Issue {
  readonly id: string;
  readonly key: string;
  readonly projectId: string;
  readonly projectKey: string;
  readonly type: string;
  readonly createdAt: number;
  readonly description: string | undefined;
  summary: string;
  #properties: Map<string, unknown> | undefined;

  constructor(identity: IssueIdentity, seed: IssueSeed) {
    this.id = identity.id;
    this.key = identity.key;
    this.projectId = identity.projectId;
    this.createdAt = identity.createdAt;
    this.projectKey = seed.projectKey;
    this.type = seed.type ?? 'Task';
    this.description = seed.description;
    this.summary = seed.summary;
  }

  /** The issue's entity properties, made on first use. */
  get properties(): Map<string, unknown> {
    this.#properties ??= new Map();
    return this.#properties;
  }
}
