/** A checklist as its two tables hold it. */
export interface ListRow {
  readonly id: string;
  readonly issue_id: string;
  readonly project_id: string;
  readonly name: string;
  readonly rank: string;
  readonly template_id: string | null;
  readonly template_revision: number | null;
  readonly created_at: Date;
  readonly updated_at: Date;
  /** By rank, then id. */
  readonly items: readonly ListItemRow[];
}

export interface ListItemRow {
  readonly checklist_id: string;
  readonly id: string;
  readonly text: string;
  readonly done: boolean;
  readonly mandatory: boolean;
  readonly rank: string;
}
