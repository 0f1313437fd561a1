import { z } from 'zod';
import { UnreadableFileError } from './problem.ts';

const body = z.record(z.string(), z.unknown());

const descriptorSchema = z.looseObject({
  key: z.string(),
  scopes: z.array(z.string()).default([]),
  enableLicensing: z.boolean().default(false),
  lifecycle: body.optional(),
  modules: z.record(z.string(), z.union([z.array(body), body])).default({}),
});

const retiredSchema = z.array(
  z.strictObject({
    /** Connect's name of the module: `webhooks`, `jiraReports` … */
    type: z.string(),
    /** Its key, or the event of a webhook that has none. */
    key: z.string(),
    /** Why customers lose nothing, or what they were told. */
    reason: z.string().trim().min(10),
  }),
);

/** One module of the frozen Connect descriptor. */
export interface LegacyModule {
  /** Connect's name without prefix; `lifecycle` for the four callbacks. */
  readonly type: string;
  /** Absent for lifecycle and for most webhooks. */
  readonly key: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The app as Connect knows it. */
export interface Legacy {
  readonly key: string;
  /** As the manifest writes them: `act-as-user:connect-jira`. */
  readonly scopes: readonly string[];
  readonly licensed: boolean;
  readonly modules: readonly LegacyModule[];
}

export type Retired = z.infer<typeof retiredSchema>;

/** @throws UnreadableFileError */
export function readLegacy(text: string, file: string): Legacy {
  const descriptor = parse(descriptorSchema, text, file);
  const modules = Object.entries(descriptor.modules).flatMap(([type, value]) =>
    [value].flat().map((module) => legacyModule(type, module)),
  );
  if (descriptor.lifecycle) modules.push(legacyModule('lifecycle', descriptor.lifecycle));
  return {
    key: descriptor.key,
    scopes: descriptor.scopes.map(
      (scope) => `${scope.toLowerCase().replaceAll('_', '-')}:connect-jira`,
    ),
    licensed: descriptor.enableLicensing,
    modules,
  };
}

/** @throws UnreadableFileError, also for a reason that is missing or only a word. */
export function readRetired(text: string, file: string): Retired {
  return parse(retiredSchema, text, file);
}

/** What a module is called in messages and in retired.json: its key, or a webhook's event. */
export function nameOf(module: LegacyModule): string {
  return (
    module.key ?? (typeof module.body['event'] === 'string' ? module.body['event'] : module.type)
  );
}

function legacyModule(type: string, module: Record<string, unknown>): LegacyModule {
  const { key } = module;
  return { type, key: typeof key === 'string' ? key : undefined, body: module };
}

function parse<T>(schema: z.ZodType<T>, text: string, file: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new UnreadableFileError(
      file,
      cause instanceof z.ZodError ? new Error(z.prettifyError(cause)) : cause,
    );
  }
}
