import type { ModuleContext } from '../types.ts';

const PLACEHOLDER = /\$?\{([A-Za-z][\w.]*)\}/g;

/** Values for the context parameters of a module's URL. */
export function contextValues(context: ModuleContext): ReadonlyMap<string, string> {
  const { accountId, issue, project } = context;
  return new Map([
    ['user.accountId', accountId],
    ...(issue === undefined
      ? []
      : ([
          ['issue.id', issue.id],
          ['issue.key', issue.key],
        ] as const)),
    ...(project === undefined
      ? []
      : ([
          ['project.id', project.id],
          ['project.key', project.key],
        ] as const)),
  ]);
}

/**
 * Puts values into `{issue.key}` and `${issue.key}`. A parameter without a value becomes empty, as in Connect, so that
 * the app never sees a brace.
 */
export function fillPlaceholders(url: string, values: ReadonlyMap<string, string>): string {
  return url.replace(PLACEHOLDER, (_, name: string) => encodeURIComponent(values.get(name) ?? ''));
}
