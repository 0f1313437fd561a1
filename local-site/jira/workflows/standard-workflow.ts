import type { StatusCategory, WorkflowStatus, WorkflowTransition } from '../../types.ts';

/** The statuses of every project. Ids are those of a new Jira site; the first one is the status of a new issue. */
export const STATUSES: readonly WorkflowStatus[] = [
  { id: '10000', name: 'To Do', category: 'new' },
  { id: '3', name: 'In Progress', category: 'indeterminate' },
  { id: '10001', name: 'Done', category: 'done' },
];

/** Where a new issue starts. */
export const FIRST_STATUS_ID = '10000';

/** Numbers and names of Jira's status categories. */
export const CATEGORIES: Readonly<
  Record<StatusCategory, { readonly id: number; readonly name: string; readonly color: string }>
> = {
  new: { id: 2, name: 'To Do', color: 'blue-gray' },
  indeterminate: { id: 4, name: 'In Progress', color: 'yellow' },
  done: { id: 3, name: 'Done', color: 'green' },
};

export function statusOf(id: string): WorkflowStatus {
  const status = STATUSES.find((each) => each.id === id);
  if (status === undefined) throw new Error(`There is no status ${id} in the standard workflow.`);
  return status;
}

/** The transitions of the simplified workflow: each status can be reached from every status. */
export function standardTransitions(): readonly WorkflowTransition[] {
  return [
    { id: '11', name: 'To Do', from: [], to: '10000', rules: [] },
    { id: '21', name: 'In Progress', from: [], to: '3', rules: [] },
    { id: '31', name: 'Done', from: [], to: '10001', rules: [] },
  ];
}
