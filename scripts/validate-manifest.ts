/**
 * `npm exec node scripts/validate-manifest.ts [-- --json] [-- folder …]`: Atlassian's own validator, offline, on the
 * manifest.yml of each folder (the current one by default). A script of its own, because the validator looks for handlers
 * and pages from the working directory. Run `npm run build` before: it wants to find src/index.js.
 *
 * With `--json` one line per folder: `{folder, success, findings: [{level, reference, message, line, column}]}`.
 */
import { validate } from '@forge/manifest';

// The validator fills in the variables and judges the result, so it needs values that could be real: an address of the
// remote without https or without a dot is refused as egress.
process.env['CONNECT_KEY'] ??= 'com.example.tally';
process.env['REMOTE_BASE_URL'] ??= 'https://tally.example.com';

const asJson = process.argv.includes('--json');
const folders = process.argv.slice(2).filter((argument) => argument !== '--json');

for (const folder of folders.length > 0 ? folders : [process.cwd()]) {
  process.chdir(folder);
  const { success, errors = [] } = await validate(false, 'manifest.yml');
  if (!success) process.exitCode = 1;
  const findings = errors.map(({ level, reference, message, line, column }) => ({
    level,
    reference,
    message,
    line,
    column,
  }));
  if (asJson) {
    console.log(JSON.stringify({ folder, success, findings }));
    continue;
  }
  for (const { level, reference, message, line, column } of findings) {
    console.error(`manifest.yml:${line}:${column} ${level} ${reference}: ${message}`);
  }
  if (success) console.log("manifest.yml passes Atlassian's validator.");
}
