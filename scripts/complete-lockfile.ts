/**
 * `npm run lockfile:complete [-- --check]`: adds the platform packages that a registry left out of package-lock.json, so
 * that `npm ci` accepts the file on every platform. With `--check` it changes nothing and fails when something is missing.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { complete, lockSchema, missingOptional } from './lockfile/missing-optional.ts';

const FILE = 'package-lock.json';
const checkOnly = process.argv.includes('--check');

const lock = lockSchema.parse(JSON.parse(readFileSync(FILE, 'utf8')));
const missing = missingOptional(lock);
const names = Object.keys(missing).map((place) => place.slice('node_modules/'.length));

if (names.length === 0) {
  console.log(`${FILE} is complete.`);
} else if (checkOnly) {
  console.error(
    `${FILE} lacks ${names.length} platform packages, so \`npm ci\` would refuse it: ${names.join(', ')}.\n` +
      'Run `npm run lockfile:complete` and commit the file.',
  );
  process.exitCode = 1;
} else {
  // A reader never sees half a file.
  writeFileSync(`${FILE}.new`, `${JSON.stringify(complete(lock, missing), null, 2)}\n`);
  renameSync(`${FILE}.new`, FILE);
  console.log(`${FILE}: added ${names.length} platform packages: ${names.join(', ')}.`);
}
