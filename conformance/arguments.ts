import { parseArgs } from 'node:util';

export const USAGE = `npm run conformance                 everything: the real Forge CLI, then the app's own suite on its artifact
  --only NAME                       this check and what it needs; may stand several times
  --list                            names and sentences, nothing is run
  --keep                            leave the folder of this run, with the CLI's logs
The Forge CLI is installed once, outside of the checkout: CROSSGRADE_CACHE names the folder.
JIRA_OPENAPI names Jira's OpenAPI document.`;

export interface ConformanceArguments {
  readonly only: readonly string[];
  readonly list: boolean;
  readonly keep: boolean;
}

/** Reads the command line. Throws a sentence for anything it does not know. */
export function readArguments(argv: readonly string[]): ConformanceArguments | 'help' {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      only: { type: 'string', multiple: true, default: [] },
      list: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  return { only: values.only, list: values.list, keep: values.keep };
}
