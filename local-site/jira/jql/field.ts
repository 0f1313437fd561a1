import type { IssueRecord } from '../state/issue-record.ts';
import type { Value } from './ast.ts';
import type { FieldKind } from './field-kinds.ts';

/** A field of the query, resolved: how it compares and what an issue has there. */
export interface Field {
  /** For messages. */
  readonly name: string;
  readonly kind: FieldKind;
  /** What the issue has: none, one or several values, each number, text or (dates) epoch milliseconds. */
  valuesOf(issue: IssueRecord): readonly (string | number)[];
  /** What a written value means. Several for a value that stands for several. @throws {JqlError} when it is none. */
  read(value: Value & { kind: 'text' | 'currentUser' }): readonly (string | number)[];
  /** False: Jira can't sort by it. */
  readonly sorts: boolean;
}
