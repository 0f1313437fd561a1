import type { Answer } from '../types.ts';

/** An answer with a JSON body. */
export function json(status: number, body: unknown): Answer {
  return { status, body };
}

/** An answer without a body. */
export function empty(status: number): Answer {
  return { status };
}

/** Jira's `ErrorCollection`. */
export function jiraError(status: number, ...errorMessages: string[]): Answer {
  return { status, body: { errorMessages, errors: {} } };
}

/** Jira's `ErrorCollection` with a message for each field, always 400. */
export function fieldErrors(errors: Readonly<Record<string, string>>): Answer {
  return { status: 400, body: { errorMessages: [], errors } };
}

/** The `OperationMessage` of the atlassian-connect resources. */
export function operationMessage(status: number, message: string): Answer {
  return { status, body: { message, statusCode: status } };
}
