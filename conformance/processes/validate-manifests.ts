/**
 * `node validate-manifests.ts <folder of the Forge CLI> <app folder …>`: the validator that the Forge CLI itself uses, over each
 * folder, in one process, because loading it takes longer than using it. One line of JSON per folder:
 * `[{line, message}]`, errors only.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { z } from 'zod';

const verdictSchema = z.looseObject({
  errors: z
    .array(z.looseObject({ level: z.string(), message: z.string(), line: z.number() }))
    .default([]),
});
type Validate = (basic: boolean, file: string) => Promise<unknown>;

const [cliFolder = '', ...folders] = process.argv.slice(2);
const require = createRequire(join(cliFolder, 'package.json'));
const { validate } = require('@forge/manifest') as { validate: Validate };

for (const folder of folders) {
  // Files are looked for from the working directory.
  process.chdir(folder);
  const { errors } = verdictSchema.parse(await validate(false, 'manifest.yml'));
  const found = errors.filter(({ level }) => level === 'error');
  console.log(JSON.stringify(found.map(({ line, message }) => ({ line, message }))));
}
