import type { Expression } from './ast.ts';
import { failed, notModelled } from './expression-error.ts';
import { memberOf } from './members.ts';
import { operate } from './operators.ts';
import { parseExpression } from './parse.ts';
import { isList, isMap, typeName } from './values.ts';
import type { Value } from './values.ts';

/** The most steps of one evaluation [Jira's documentation: 10,000 primitive steps]. */
const MAX_STEPS = 10_000;

/** Variables by name. */
export type Scope = Readonly<Record<string, Value>>;

/** Reads and evaluates an expression. @throws {ExpressionError} */
export function evaluate(text: string, scope: Scope): Value {
  return new Evaluator().value(parseExpression(text), scope);
}

class Evaluator {
  #steps = 0;

  value(expression: Expression, scope: Scope): Value {
    if (++this.#steps > MAX_STEPS) {
      throw failed(`The expression takes more than ${String(MAX_STEPS)} steps.`);
    }
    switch (expression.kind) {
      case 'literal':
        return expression.value;
      case 'name':
        return variable(expression.name, scope);
      case 'list':
        return expression.items.map((item) => this.value(item, scope));
      case 'map':
        return Object.fromEntries(
          expression.entries.map(([key, each]) => [key, this.value(each, scope)]),
        );
      case 'arrow':
        return this.#arrow(expression, scope);
      case 'ternary': {
        const test = boolean(this.value(expression.test, scope));
        return this.value(test ? expression.then : expression.otherwise, scope);
      }
      case 'unary':
        return this.#unary(expression, scope);
      case 'binary':
        return this.#binary(expression, scope);
      case 'member':
        return this.#member(expression, scope) ?? null;
      case 'call':
        return this.#call(expression, scope);
    }
  }

  #arrow({ parameters, body }: Expression & { kind: 'arrow' }, scope: Scope): Value {
    return (given) => {
      const own = parameters.map((name, index) => [name, given[index] ?? null] as const);
      return this.value(body, { ...scope, ...Object.fromEntries(own) });
    };
  }

  #unary({ operator, operand }: Expression & { kind: 'unary' }, scope: Scope): Value {
    const value = this.value(operand, scope);
    if (operator === '!') return !boolean(value);
    if (operator === 'typeof') return typeOf(value);
    if (typeof value !== 'number') throw failed(`'-' can't be applied to ${typeName(value)}.`);
    return -value;
  }

  #binary({ operator, left, right }: Expression & { kind: 'binary' }, scope: Scope): Value {
    const first = this.value(left, scope);
    if (operator === '&&') return boolean(first) && boolean(this.value(right, scope));
    if (operator === '||') return boolean(first) || boolean(this.value(right, scope));
    if (operator === '??') return first ?? this.value(right, scope);
    return operate(operator, first, this.value(right, scope));
  }

  /** Undefined where `?.` met null: then the rest of the chain is null too. */
  #member(expression: Expression & { kind: 'member' }, scope: Scope): Value | undefined {
    const { object, key, optional } = expression;
    const value =
      object.kind === 'member' ? this.#member(object, scope) : this.value(object, scope);
    if (value === undefined || (optional && value === null)) return undefined;
    return memberOf(value, this.value(key, scope));
  }

  #call({ callee, parameters }: Expression & { kind: 'call' }, scope: Scope): Value {
    const value =
      callee.kind === 'member' ? this.#member(callee, scope) : this.value(callee, scope);
    if (value === undefined) return null;
    if (typeof value !== 'function') throw failed(`${typeName(value)} is not a function.`);
    return value(parameters.map((parameter) => this.value(parameter, scope)));
  }
}

function variable(name: string, scope: Scope): Value {
  if (Object.hasOwn(scope, name)) return scope[name] ?? null;
  if (name === 'Number' || name === 'Date' || name === 'CalendarDate' || name === 'JSON') {
    throw notModelled(name);
  }
  throw failed(`Unrecognized variable: '${name}'.`);
}

function boolean(value: Value): boolean {
  if (typeof value === 'boolean') return value;
  throw failed(`A Boolean was expected, but got ${typeName(value)}.`);
}

function typeOf(value: Value): string {
  if (value === null) return 'object';
  return isList(value) || isMap(value) ? 'object' : typeof value;
}
