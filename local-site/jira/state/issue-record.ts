import type { Issue, IssueSeed } from '../../types.ts';

/** Facts that an issue is made from, besides its seed. */
export interface IssueIdentity {
  readonly id: string;
  readonly key: string;
  readonly projectId: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** Status of a new issue. */
  readonly statusId: string;
}

/** One issue as it is kept in the file; absent fields are empty. */
export interface IssueRow extends IssueIdentity, IssueSeed {
  readonly updatedAt: number;
  readonly reporterId?: string;
  readonly assigneeId?: string;
  readonly labels?: readonly string[];
  readonly properties?: Readonly<Record<string, unknown>>;
}

const NO_LABELS: readonly string[] = [];
const NO_PROPERTIES: ReadonlyMap<string, unknown> = new Map();

/**
 * One issue. Tens of thousands of them live in memory, so that what few issues have (properties, labels, a description)
 * costs nothing where it is absent. Only `SiteState` may change one: it keeps what has to be written to the file.
 */
export class IssueRecord implements Issue {
  readonly id: string;
  readonly key: string;
  readonly projectId: string;
  readonly projectKey: string;
  readonly type: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  updatedAt: number;
  summary: string;
  description: string | undefined;
  statusId: string;
  reporterId: string | undefined;
  assigneeId: string | undefined;
  labels: readonly string[] = NO_LABELS;
  #properties: Map<string, unknown> | undefined;

  constructor(identity: IssueIdentity, seed: IssueSeed) {
    this.id = identity.id;
    this.key = identity.key;
    this.projectId = identity.projectId;
    this.createdAt = identity.createdAt;
    this.updatedAt = identity.createdAt;
    this.statusId = identity.statusId;
    this.projectKey = seed.projectKey;
    this.type = seed.type ?? 'Task';
    this.description = seed.description;
    this.summary = seed.summary;
  }

  static fromRow(row: IssueRow): IssueRecord {
    const issue = new IssueRecord(row, row);
    issue.updatedAt = row.updatedAt;
    issue.reporterId = row.reporterId;
    issue.assigneeId = row.assigneeId;
    issue.labels = row.labels ?? NO_LABELS;
    for (const [key, value] of Object.entries(row.properties ?? {})) issue.setProperty(key, value);
    return issue;
  }

  get properties(): ReadonlyMap<string, unknown> {
    return this.#properties ?? NO_PROPERTIES;
  }

  setProperty(key: string, value: unknown): void {
    this.#properties ??= new Map();
    this.#properties.set(key, value);
  }

  deleteProperty(key: string): boolean {
    return this.#properties?.delete(key) ?? false;
  }

  toRow(): IssueRow {
    const { id, key, projectId, projectKey, type, createdAt, updatedAt, summary, statusId } = this;
    return {
      ...{ id, key, projectId, projectKey, type, createdAt, updatedAt, summary, statusId },
      ...(this.description === undefined ? {} : { description: this.description }),
      ...(this.reporterId === undefined ? {} : { reporterId: this.reporterId }),
      ...(this.assigneeId === undefined ? {} : { assigneeId: this.assigneeId }),
      ...(this.labels.length === 0 ? {} : { labels: this.labels }),
      ...(this.properties.size === 0 ? {} : { properties: Object.fromEntries(this.properties) }),
    };
  }
}
