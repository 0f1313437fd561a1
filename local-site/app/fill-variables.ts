import { isScalar, visit } from 'yaml';
import type { Document, LineCounter } from 'yaml';
import { AppError } from './app-error.ts';

const REFERENCE = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/**
 * Replaces `${NAME}` in every string of the document, in place. A value comes from `variables`, else from the `default`
 * in `environment.variables`. Dotted references such as `${issue.id}` belong to Connect and stay as they are.
 *
 * @throws AppError `variable_missing`, with the line.
 */
export function fillVariables(
  document: Document,
  lines: LineCounter,
  variables: Readonly<Record<string, string>>,
): void {
  const values = { ...declaredDefaults(document), ...variables };
  visit(document, {
    Scalar(_key, node) {
      if (typeof node.value !== 'string' || !node.value.includes('${')) return;
      node.value = node.value.replace(REFERENCE, (_text, name: string) => {
        const value = values[name];
        if (value !== undefined) return value;
        const line = node.range ? lines.linePos(node.range[0]).line : undefined;
        throw new AppError(
          'variable_missing',
          `needs the variable ${name}. Pass it in \`variables\` when the local site starts.`,
          line,
        );
      });
    },
  });
}

function declaredDefaults(document: Document): Record<string, string> {
  const declared: unknown = document.getIn(['environment', 'variables']);
  const defaults: Record<string, string> = {};
  if (typeof declared !== 'object' || declared === null || !('items' in declared)) return defaults;
  for (const index of (declared.items as unknown[]).keys()) {
    const name = document.getIn(['environment', 'variables', index, 'key']);
    const value = document.getIn(['environment', 'variables', index, 'default'], true);
    if (typeof name === 'string' && isScalar(value)) defaults[name] = String(value.value);
  }
  return defaults;
}
