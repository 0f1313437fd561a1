import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { UnreadableFileError } from './problem.ts';

const moduleSchema = z.looseObject({ key: z.string().optional() });
/** One module of the manifest, on either face. */
export type ManifestModule = z.infer<typeof moduleSchema>;

const modulesSchema = z.record(z.string(), z.array(moduleSchema)).default({});

const manifestSchema = z.looseObject({
  app: z.looseObject({
    runtime: z.looseObject({ name: z.string() }),
    connect: z.looseObject({ key: z.string(), remote: z.string().optional() }).optional(),
    licensing: z.looseObject({ enabled: z.boolean() }).optional(),
  }),
  environment: z
    .looseObject({
      variables: z.array(z.union([z.string(), z.looseObject({ key: z.string() })])).default([]),
    })
    .default({ variables: [] }),
  remotes: z
    .array(z.looseObject({ key: z.string(), operations: z.array(z.string()).optional() }))
    .default([]),
  connectModules: modulesSchema,
  modules: modulesSchema,
  permissions: z
    .looseObject({
      scopes: z.union([z.array(z.string()), z.record(z.string(), z.unknown())]).default([]),
      external: z
        .looseObject({
          fetch: z.looseObject({ backend: z.array(z.unknown()).default([]) }).optional(),
        })
        .optional(),
    })
    .default({ scopes: [] }),
});
/** The part of the manifest that the checks look at. */
export type Manifest = z.infer<typeof manifestSchema>;

/** A manifest and where things stand in it. */
export interface ReadManifest {
  readonly manifest: Manifest;
  /** Everything in the file, for checks that look at each string. */
  readonly raw: unknown;
  /** Line of the nearest thing on this path that exists, counted from 1. */
  readonly lineOf: (path: readonly (string | number)[]) => number;
}

/** @throws UnreadableFileError when it is no YAML, or no manifest in outline. */
export function readManifest(text: string, file = 'manifest.yml'): ReadManifest {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [broken] = document.errors;
  if (broken) throw new UnreadableFileError(file, broken);
  const raw: unknown = document.toJS();
  const parsed = manifestSchema.safeParse(raw);
  if (!parsed.success)
    throw new UnreadableFileError(file, new Error(z.prettifyError(parsed.error)));
  return {
    manifest: parsed.data,
    raw,
    lineOf: (path) => {
      for (let length = path.length; length > 0; length--) {
        const node: unknown = document.getIn(path.slice(0, length), true);
        const range = (node as { range?: [number, number, number] } | undefined)?.range;
        if (range) return lines.linePos(range[0]).line;
      }
      return 1;
    },
  };
}
