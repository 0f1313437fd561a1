/** What the runtime hands to a resolver that is a plain function. */
interface ResolverEvent {
  readonly call: { readonly functionKey: string; readonly payload?: unknown };
  readonly context: { readonly accountId?: string; readonly extension?: unknown };
}

interface ValidatorEvent {
  readonly issue: { readonly key: string };
  readonly configuration?: unknown;
}

/** Answers with what it was asked. */
export function resolver({ call, context }: ResolverEvent): unknown {
  if (call.functionKey === 'fail') throw new Error('The workbench failed, as it was told.');
  return { said: call.functionKey, payload: call.payload ?? null, extension: context.extension };
}

/** Refuses unless the configuration says `allow`. */
export function validate({ issue, configuration }: ValidatorEvent): {
  result: boolean;
  errorMessage: string;
} {
  const word = wordOf(configuration);
  return { result: word === 'allow', errorMessage: `${issue.key} may not go on: ${word}.` };
}

/** The post function: its log is what tests look for. */
export function after(event: { readonly issue?: { readonly key?: string } }): void {
  console.log(`after ${event.issue?.key ?? 'nothing'}`);
}

function wordOf(configuration: unknown): string {
  const parsed: unknown =
    typeof configuration === 'string' ? JSON.parse(configuration) : configuration;
  return (parsed as { word?: string } | null | undefined)?.word ?? 'nothing configured';
}
