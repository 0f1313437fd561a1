import ts from 'typescript';

/** What a file says to the platform. Each word is followed by where it was found, `<file>:<line>`. */
export interface Speech {
  /** Names of `callBridge` operations. */
  readonly bridge: Map<string, string>;
  /** Targets of `__forge_fetch__`, for instance `fpp provider=app remote=jira`; `*` stands for a value known at run time. */
  readonly targets: Map<string, string>;
  /** Paths, beginning with a slash; what is put in at run time is `*`. */
  readonly paths: Map<string, string>;
  /** Names of GraphQL operations. */
  readonly graphql: Map<string, string>;
}

export function silence(): Speech {
  return { bridge: new Map(), targets: new Map(), paths: new Map(), graphql: new Map() };
}

const FORGE_FETCH = '__forge_fetch__';
const TARGET_FIELDS = ['provider', 'remote', 'service'] as const;
const PATH = /^\/[A-Za-z][\w\-/{}*.]*$/;
const GRAPHQL = /\b(?:query|mutation|subscription)\s+(\w+)\s*[({]/g;

/**
 * Adds everything one JavaScript file says to `speech`. Reads the syntax tree, so that comments and layout do not matter.
 * What is computed at run time is listed as `(computed in <file>)`: somebody has to look at it. `file` is the path inside
 * its package.
 */
export function listen(speech: Speech, file: string, source: string): void {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
  const note = (words: Map<string, string>, word: string, node: ts.Node): void => {
    const { line } = tree.getLineAndCharacterOfPosition(node.getStart(tree));
    if (!words.has(word)) words.set(word, `${file}:${line + 1}`);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && calls(node.expression, /^(callBridge|getCallBridge)$/)) {
      const [operation] = node.arguments;
      const named = operation !== undefined && ts.isStringLiteralLike(operation);
      if (operation !== undefined) {
        note(speech.bridge, named ? operation.text : `(computed in ${file})`, operation);
      }
    }
    if (ts.isCallExpression(node) && lastName(node.expression) === FORGE_FETCH) {
      const [target] = node.arguments;
      const literal = target !== undefined && ts.isObjectLiteralExpression(target);
      if (target !== undefined && !literal) note(speech.targets, `(computed in ${file})`, target);
    }
    if (ts.isObjectLiteralExpression(node)) {
      const target = targetOf(node);
      if (target !== undefined) note(speech.targets, target, node);
    }
    if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) {
      const text = textOf(node);
      if (PATH.test(text) && !isModuleName(node)) note(speech.paths, text, node);
      for (const [, name] of text.matchAll(GRAPHQL)) {
        if (name !== undefined) note(speech.graphql, name, node);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
}

/** Whether an expression is a function of that name: bare, as a member, or the result of calling one (`getX()('op')`). */
function calls(callee: ts.Expression, name: RegExp): boolean {
  if (ts.isIdentifier(callee)) return callee.text === 'callBridge' && name.test(callee.text);
  if (ts.isPropertyAccessExpression(callee)) return callee.name.text === 'callBridge';
  if (ts.isParenthesizedExpression(callee)) return calls(callee.expression, name);
  if (ts.isBinaryExpression(callee)) return calls(callee.right, name);
  if (ts.isCallExpression(callee)) {
    const inner = lastName(callee.expression);
    return inner !== undefined && name.test(inner);
  }
  return false;
}

function lastName(expression: ts.Expression): string | undefined {
  if (ts.isIdentifier(expression)) return expression.text;
  if (ts.isPropertyAccessExpression(expression)) return expression.name.text;
  if (ts.isParenthesizedExpression(expression)) return lastName(expression.expression);
  if (ts.isBinaryExpression(expression)) return lastName(expression.right);
  return undefined;
}

/** An object with a literal `type` is a target when it also says where to, or is handed to `__forge_fetch__` itself. */
function targetOf(node: ts.ObjectLiteralExpression): string | undefined {
  const fields = new Map<string, string>();
  for (const property of node.properties) {
    if (ts.isShorthandPropertyAssignment(property)) fields.set(property.name.text, '*');
    if (ts.isPropertyAssignment(property) && ts.isIdentifier(property.name)) {
      const { initializer } = property;
      fields.set(property.name.text, ts.isStringLiteralLike(initializer) ? initializer.text : '*');
    }
  }
  const type = fields.get('type');
  const handedOver =
    ts.isCallExpression(node.parent) &&
    node.parent.arguments[0] === node &&
    lastName(node.parent.expression) === FORGE_FETCH;
  const points = TARGET_FIELDS.filter((field) => fields.has(field));
  if (handedOver && (type === undefined || type === '*'))
    return `(computed in ${node.getSourceFile().fileName})`;
  if (type === undefined || type === '*' || (!handedOver && points.length === 0)) return undefined;
  return [type, ...points.map((field) => `${field}=${fields.get(field) ?? '*'}`)].join(' ');
}

function textOf(node: ts.StringLiteralLike | ts.TemplateExpression): string {
  if (ts.isStringLiteralLike(node)) return node.text;
  return node.head.text + node.templateSpans.map(({ literal }) => `*${literal.text}`).join('');
}

function isModuleName(node: ts.Node): boolean {
  const { parent } = node;
  return ts.isCallExpression(parent) && lastName(parent.expression) === 'require';
}
