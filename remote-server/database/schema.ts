import type { Generated, GeneratedAlways, JSONColumnType } from 'kysely';

/** The tables people's work is in, as migrations 0002 and 0003 make them. Every key begins with `tenant`, the client key. */
export interface AppSchema {
  checklist: {
    tenant: string;
    id: string;
    issue_id: string;
    project_id: string;
    name: string;
    rank: string;
    template_id: string | null;
    template_revision: number | null;
    created_at: Date | string;
    updated_at: Date | string;
  };
  checklist_item: {
    tenant: string;
    id: string;
    checklist_id: string;
    text: string;
    done: boolean;
    mandatory: boolean;
    rank: string;
  };
  template: {
    tenant: string;
    id: string;
    project_id: string;
    name: string;
    revision: number;
    created_at: Date | string;
    updated_at: Date | string;
  };
  template_item: {
    tenant: string;
    id: string;
    template_id: string;
    text: string;
    mandatory: boolean;
    rank: string;
  };
  tenant_setting: {
    tenant: string;
    scope: string;
    value: JSONColumnType<object>;
    updated_at: Date | string;
  };
  history: {
    tenant: string;
    id: GeneratedAlways<string>;
    issue_id: string | null;
    checklist_id: string | null;
    item_id: string | null;
    actor: string | null;
    action: string;
    detail: JSONColumnType<object>;
    at: Date | string;
  };
  progress_due: {
    tenant: string;
    issue_id: string;
    /** The first change that is not in Jira yet. */
    since: Date | string;
    xact: Generated<string>;
    attempts: Generated<number>;
    next_at: Generated<Date | string>;
  };
}
