/**
 * `npm exec node scripts/check-modules.ts [-- --production]`: compares manifest.yml with connect-modules/ and looks for the
 * faults that the official tools let through. With `--production` the variable CONNECT_KEY must be the listed app's key.
 */
import { existsSync, readFileSync } from 'node:fs';
import { checkManifest } from './manifest/check-manifest.ts';

const RETIRED = 'connect-modules/retired.json';

const findings = checkManifest({
  manifest: readFileSync('manifest.yml', 'utf8'),
  descriptor: readFileSync('connect-modules/atlassian-connect.json', 'utf8'),
  retired: existsSync(RETIRED) ? readFileSync(RETIRED, 'utf8') : undefined,
  renderedKey: process.argv.includes('--production')
    ? (process.env['CONNECT_KEY'] ?? '')
    : undefined,
});

for (const { code, message, line } of findings) {
  console.error(`${code} ${line === undefined ? '' : `manifest.yml:${line} `}${message}`);
}
if (findings.length > 0) process.exitCode = 1;
else console.log('manifest.yml agrees with connect-modules/.');
