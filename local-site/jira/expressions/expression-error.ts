/**
 * Why an expression has no result: it can't be read, it fails for this issue, or it uses what Jira has and the local site has
 * not (then the register should hear of it). Never a silent value.
 */
export class ExpressionError extends Error {
  readonly code: 'EXPRESSION_SYNTAX' | 'EXPRESSION_FAILED' | 'EXPRESSION_NOT_MODELLED';

  constructor(code: ExpressionError['code'], message: string) {
    super(message);
    this.name = 'ExpressionError';
    this.code = code;
  }
}

export function syntaxError(message: string): ExpressionError {
  return new ExpressionError('EXPRESSION_SYNTAX', message);
}

export function failed(message: string): ExpressionError {
  return new ExpressionError('EXPRESSION_FAILED', message);
}

export function notModelled(what: string): ExpressionError {
  return new ExpressionError('EXPRESSION_NOT_MODELLED', `Jira expression: ${what}`);
}
