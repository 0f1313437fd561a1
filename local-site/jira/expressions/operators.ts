import { failed } from './expression-error.ts';
import { Entity, isList, isMap, typeName } from './values.ts';
import type { Value } from './values.ts';

/** Every binary operator but those that look at their right side only when needed. @throws {ExpressionError} */
export function operate(operator: string, left: Value, right: Value): Value {
  switch (operator) {
    case '==':
    case '===':
      return same(left, right);
    case '!=':
    case '!==':
      return !same(left, right);
    case '+':
      return plus(left, right);
    case '<':
    case '<=':
    case '>':
    case '>=':
      return ordered(operator, left, right);
    default:
      return arithmetic(operator, left, right);
  }
}

/** Strict. Entities are the same when their ids are; lists and maps are never equal to a literal. */
function same(left: Value, right: Value): boolean {
  if (left instanceof Entity && right instanceof Entity) {
    return left === right || (left.type === right.type && idOf(left) === idOf(right));
  }
  return left === right;
}

function idOf(entity: Entity): Value | undefined {
  const found = entity.member('id') ?? entity.member('accountId');
  return found === undefined || found === 'unmodelled' ? undefined : found.value;
}

function plus(left: Value, right: Value): Value {
  if (typeof left === 'number' && typeof right === 'number') return left + right;
  if (typeof left === 'string' || typeof right === 'string') return shown(left) + shown(right);
  throw failed(`'+' can't join ${typeName(left)} and ${typeName(right)}.`);
}

function shown(value: Value): string {
  if (value === null || isList(value) || isMap(value)) return JSON.stringify(value);
  if (value instanceof Entity || typeof value === 'function') {
    throw failed(`${typeName(value)} has no text.`);
  }
  return String(value);
}

function ordered(operator: '<' | '<=' | '>' | '>=', left: Value, right: Value): boolean {
  const comparable =
    (typeof left === 'number' && typeof right === 'number') ||
    (typeof left === 'string' && typeof right === 'string');
  if (!comparable) {
    throw failed(`'${operator}' can't compare ${typeName(left)} and ${typeName(right)}.`);
  }
  if (operator === '<') return left < right;
  if (operator === '<=') return left <= right;
  return operator === '>' ? left > right : left >= right;
}

function arithmetic(operator: string, left: Value, right: Value): number {
  if (typeof left !== 'number' || typeof right !== 'number') {
    throw failed(`'${operator}' can't be applied to ${typeName(left)} and ${typeName(right)}.`);
  }
  if (operator === '-') return left - right;
  if (operator === '*') return left * right;
  if (right === 0) throw failed('Division by zero.');
  return operator === '/' ? left / right : left % right;
}
