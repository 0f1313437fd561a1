/**
 * `npm run build:local-site [-- <dir>]`: makes the published form of crossgrade-local-site, ready for `npm pack` or
 * `npm publish`. (Default: node_modules/.cache/crossgrade-local-site, which no other tool of this repository looks into)
 */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPackage } from './local-site/build-package.ts';

const usual = fileURLToPath(
  new URL('../node_modules/.cache/crossgrade-local-site', import.meta.url),
);
const out = process.argv[2] === undefined ? usual : resolve(process.argv[2]);
buildPackage(out);
process.stdout.write(`${out}\n`);
