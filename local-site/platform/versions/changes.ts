import type { ForgeApp, Remote } from '../../app/index.ts';

/** Something between two versions that an admin has to agree to. */
export interface Change {
  readonly reason: string;
  /** The app may do or reach more than before. A bulk upgrade moves nobody over such a change. */
  readonly elevates: boolean;
}

/**
 * What makes a version a major one, against the version before it: table 7.2 of the connect-on-forge facts
 * (`forge:versions`, `manifest-reference/remotes`). No change means a minor version.
 */
export function permissionChanges(before: ForgeApp, now: ForgeApp): Change[] {
  return [
    ...scopeChanges(before, now),
    ...pageChanges(before, now),
    ...egressChanges(before, now),
    ...remoteChanges(before, now),
    ...moduleChanges(before, now),
    ...providerChanges(before, now),
    // A licence needs the Marketplace's approval; it gives the app no more rights.
    ...when(!before.licensed && now.licensed, 'licensing switched on', false),
  ];
}

function scopeChanges(before: ForgeApp, now: ForgeApp): Change[] {
  const impersonates = new Set(before.permissions.impersonating);
  return [
    ...missing(now.scopes, before.scopes).map((scope) => change(`scope added: ${scope}`, true)),
    ...missing(before.scopes, now.scopes).map((scope) => change(`scope removed: ${scope}`, false)),
    // Not in the table; offline impersonation is more than the scope alone [infer].
    ...now.permissions.impersonating
      .filter((scope) => before.scopes.has(scope) && !impersonates.has(scope))
      .map((scope) => change(`scope may impersonate: ${scope}`, true)),
  ];
}

function pageChanges(before: ForgeApp, now: ForgeApp): Change[] {
  const added = missing(now.permissions.content, before.permissions.content);
  return added.map((option) => change(`content permission added: ${option}`, true));
}

function egressChanges(before: ForgeApp, now: ForgeApp): Change[] {
  const changes: Change[] = [];
  for (const { kind, address, category } of now.permissions.egress) {
    const known = before.permissions.egress.find(
      (each) => each.kind === kind && each.address === address,
    );
    if (known === undefined) {
      // The address of an old remote is no new address: the remote's own rules have judged it.
      changes.push(change(`egress added: ${kind} ${address}`, true));
    } else if (category !== undefined && known.category !== category) {
      changes.push(change(`egress category changed: ${kind} ${address} ${category}`, true));
    }
  }
  // Only the first end-user data in scope counts (`in-scope-end-user-data`).
  const inScope = (app: ForgeApp): boolean =>
    app.permissions.egress.some((each) => each.inScopeEUD);
  const managed =
    !before.permissions.customerManagedEgress && now.permissions.customerManagedEgress;
  return [
    ...changes,
    ...when(!inScope(before) && inScope(now), 'egress of end-user data in scope', true),
    ...when(managed, 'egress managed by the customer', true),
  ];
}

function remoteChanges(before: ForgeApp, now: ForgeApp): Change[] {
  const changes: Change[] = [];
  for (const remote of now.remotes.values()) {
    const old = before.remotes.get(remote.key);
    changes.push(...(old === undefined ? newRemote(before, remote) : changedRemote(old, remote)));
  }
  // Free in one table, a bulk upgrade in the other, and a major version to the CLI: the strictest counts (section 7.2).
  const dropped = before.connectRemote !== undefined && now.connectRemote === undefined;
  return [...changes, ...when(dropped, 'the Connect remote is gone', false)];
}

function newRemote(before: ForgeApp, remote: Remote): Change[] {
  const { key, baseUrl, configurable } = remote;
  if (configurable && baseUrl === '') return [];
  const wasEgress = before.permissions.egress.some(
    ({ kind, address }) => kind === 'fetch.backend' && sameAddress(address, baseUrl),
  );
  // An address that only moved from `fetch.backend` to `remotes` is no new one.
  return when(!wasEgress || remote.regions.size > 0, `remote added: ${key}`, true);
}

function changedRemote(old: Remote, now: Remote): Change[] {
  const { key } = now;
  const regions = new Set([...old.regions.keys(), ...now.regions.keys()]);
  const switchedOff = now.configurable && now.baseUrl === '';
  const added = missing(now.operations ?? [], old.operations ?? now.operations ?? []);
  return [
    ...when(!switchedOff && old.baseUrl !== now.baseUrl, `remote baseUrl changed: ${key}`, true),
    ...[...regions]
      .filter((region) => old.regions.get(region) !== now.regions.get(region))
      .map((region) => change(`remote region changed: ${key} ${region}`, true)),
    ...added.map((purpose) => change(`remote purpose added: ${key} ${purpose}`, true)),
    ...when(!old.inScopeEUD && now.inScopeEUD, `remote stores end-user data: ${key}`, true),
    ...when(!old.configurable && now.configurable, `remote managed by the customer: ${key}`, true),
  ];
}

/** Storage of these kinds asks every admin (forge-storage facts, section 5). */
const STORES = ['sql', 'objectStore'];

function moduleChanges(before: ForgeApp, now: ForgeApp): Change[] {
  const dynamic = (app: ForgeApp): string[] =>
    app.webTriggers.filter(({ response }) => response === 'dynamic').map(({ key }) => key);
  return [
    ...missing(dynamic(now), dynamic(before)).map((key) =>
      change(`dynamic web trigger added: ${key}`, true),
    ),
    ...STORES.filter((type) => now.moduleTypes.has(type) && !before.moduleTypes.has(type)).map(
      (type) => change(`module added: ${type}`, true),
    ),
  ];
}

function providerChanges(before: ForgeApp, now: ForgeApp): Change[] {
  const old = before.permissions.providers;
  const { providers } = now.permissions;
  return [
    ...missing(providers.keys(), old.keys()).map((key) => change(`provider added: ${key}`, true)),
    ...missing(old.keys(), providers.keys()).map((key) =>
      change(`provider removed: ${key}`, false),
    ),
    ...[...providers]
      .filter(([key, clientId]) => old.has(key) && old.get(key) !== clientId)
      .map(([key]) => change(`provider client changed: ${key}`, true)),
  ];
}

function missing(wanted: Iterable<string>, there: Iterable<string>): string[] {
  const known = new Set(there);
  return [...new Set(wanted)].filter((each) => !known.has(each)).sort();
}

function sameAddress(one: string, other: string): boolean {
  return one.replace(/\/+$/, '') === other.replace(/\/+$/, '');
}

function change(reason: string, elevates: boolean): Change {
  return { reason, elevates };
}

function when(condition: boolean, reason: string, elevates: boolean): Change[] {
  return condition ? [change(reason, elevates)] : [];
}
