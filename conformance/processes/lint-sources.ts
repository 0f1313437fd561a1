/**
 * `node lint-sources.ts <folder of the Forge CLI> <folder>`, in an app folder: Atlassian's client-side linters over the sources
 * of a folder that `forge lint` does not look at. Prints its findings and a last line of JSON; exit code 1 for errors and
 * warnings. The linters are taken from the CLI's own packages, so that both speak of the same version.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const findingSchema = z.looseObject({
  message: z.string(),
  reference: z.string().optional(),
  line: z.number(),
});
const resultsSchema = z.array(
  z.looseObject({
    file: z.string(),
    errors: z.array(findingSchema),
    warnings: z.array(findingSchema),
  }),
);
type Lint = (...parts: readonly unknown[]) => Promise<unknown>;

const [cliFolder = '', folder = ''] = process.argv.slice(2);
const require = createRequire(join(cliFolder, 'package.json'));
const { lint } = require('@forge/lint') as { lint: Lint };

const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$|^testing\//.test(file))
  .map((file) => join(folder, file));
const manifest = parse(
  readFileSync('manifest.yml', 'utf8').replace(
    /\$\{(CONNECT_KEY|REMOTE_BASE_URL)\}/g,
    (_text, name: string) => process.env[name] ?? '',
  ),
) as unknown;
const quiet = (): void => undefined;
const logger = { info: quiet, warn: quiet, error: quiet, debug: quiet, trace: quiet };
/** Every feature switch off. */
const switches = new Proxy(
  {},
  { get: (_target, name) => () => Promise.resolve(name === 'getDeprecatedRuntimes' ? [] : false) },
);
const config = { linter: { mode: 'client-side' } };

const results = resultsSchema.parse(
  await lint(files, manifest, 'development', logger, switches, config),
);
let problems = 0;
for (const { file, errors, warnings } of results) {
  for (const { line, reference = '', message } of [...errors, ...warnings]) {
    problems += 1;
    console.log(`${file}:${line} ${reference} ${message}`);
  }
}
console.log(JSON.stringify({ files: files.length, problems }));
process.exitCode = problems === 0 ? 0 : 1;
