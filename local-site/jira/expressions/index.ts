export { evaluate } from './evaluate.ts';
export type { Scope } from './evaluate.ts';
export { issueEntity, projectEntity, transitionEntity, userById } from './entities.ts';
export { ExpressionError } from './expression-error.ts';
export { Entity, fromJson, toJson } from './values.ts';
export type { Value } from './values.ts';
