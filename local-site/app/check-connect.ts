import { CONNECT_MODULE_NAMES } from './connect-module-names.ts';
import type { Finding } from './manifest-file.ts';
import type { Manifest } from './manifest-schema.ts';

/** The Connect half of a hybrid manifest: names of modules, the remote they point at, authentication. */
export function checkConnect(manifest: Manifest): Finding[] {
  const { app, connectModules } = manifest;
  const findings: Finding[] = [];
  for (const [name, declared] of Object.entries(connectModules ?? {})) {
    const path = ['connectModules', name];
    const known = name.startsWith('jira:') && CONNECT_MODULE_NAMES.has(name.slice(5));
    if (!known) findings.push({ path, message: `'${name}' is no Connect module of Jira.` });
    if (name === 'jira:lifecycle' && declared.length > 1) {
      findings.push({ path: [...path, 1], message: 'jira:lifecycle takes one item at most.' });
    }
  }
  findings.push(...connectRemote(manifest));
  if (connectModules === undefined && app.connect?.authentication !== undefined) {
    const message = 'app.connect.authentication has no meaning without connectModules.';
    findings.push({ path: ['app', 'connect', 'authentication'], message });
  }
  return findings;
}

function connectRemote({ app, connectModules, remotes = [] }: Manifest): Finding[] {
  const name = app.connect?.remote;
  if (name === undefined) {
    if (connectModules === undefined) return [];
    const path = app.connect === undefined ? ['connectModules'] : ['app', 'connect'];
    return [{ path, message: 'connectModules need app.connect.remote to point at.' }];
  }
  const index = remotes.findIndex(({ key }) => key === name);
  if (index < 0) {
    const message = `app.connect.remote names the remote '${name}', which is not declared.`;
    return [{ path: ['app', 'connect', 'remote'], message }];
  }
  if (remotes[index]?.configurable === undefined) return [];
  const message = 'The Connect remote cannot be managed by the customer.';
  return [{ path: ['remotes', index, 'configurable'], message }];
}
