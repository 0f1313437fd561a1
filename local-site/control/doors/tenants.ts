import { z } from 'zod';
import type { Licence, Site, UpgradeOptions } from '../../types.ts';
import { ControlError } from '../control-parts.ts';
import type { ControlWorld } from '../control-parts.ts';
import { shortId } from '../words.ts';

/** Something that can be done to the app on a site. */
export interface TenantAction {
  readonly name: string;
  readonly label: string;
  /** A text that the action needs. */
  readonly field?: {
    readonly label: string;
    readonly value: string;
    readonly choices?: readonly string[];
  };
}

type Act = (
  world: ControlWorld,
  site: Site,
  text: string | undefined,
  options: UpgradeOptions,
) => Promise<string> | string;

const Change = z.strictObject({
  site: z.string(),
  action: z.string(),
  text: z.string().max(500).optional(),
  /** Of `upgrade`: whether the app hears `installed`. */
  postInstalled: z.boolean().optional(),
});

const LICENCES = ['active', 'suspended', 'none'] as const satisfies readonly Licence[];

const ACTS: Readonly<Record<string, Act>> = {
  async installConnect({ connect }, site, text) {
    await connect.install(site, needed(text, 'the address of the descriptor'));
    return `${site.displayName} runs the Connect app.`;
  },
  async upgrade({ lives }, site, _text, options) {
    await lives.upgradeInPlace(site, options);
    return `${site.displayName} runs the Forge app.`;
  },
  async approve({ platform }, site) {
    await platform.approve(site);
    return `${site.displayName} runs version ${platform.appOn(site)?.version ?? ''}.`;
  },
  async uninstall({ lives }, site) {
    await lives.uninstall(site);
    return `The app is gone from ${site.displayName}. Its stored data is kept for 28 days.`;
  },
  async reinstall({ lives }, site) {
    await lives.uninstall(site);
    await lives.upgradeInPlace(site);
    return `${site.displayName} has a new installation with an empty store.`;
  },
  async enable({ lives }, site) {
    await lives.setEnabled(site, true);
    return `The app on ${site.displayName} is enabled.`;
  },
  async disable({ lives }, site) {
    await lives.setEnabled(site, false);
    return `The app on ${site.displayName} is disabled.`;
  },
  snapshot({ lives, snapshots, clock }, site) {
    snapshots.set(site.slug, { at: clock.now(), snapshot: lives.snapshotSite(site) });
    return `What ${site.displayName} is now has been kept.`;
  },
  async restore({ lives, snapshots }, site) {
    const kept = snapshots.get(site.slug);
    if (kept === undefined) throw notPossible(site, 'nothing was kept of it');
    await lives.restoreSite(site, kept.snapshot);
    return `${site.displayName} is what it was.`;
  },
  async copy({ lives }, site, text) {
    const slug = needed(text, 'the name of the copy');
    const copy = await lives.copySite(site, { slug, displayName: `${site.displayName} (copy)` });
    return `${copy.displayName} is at ${copy.baseUrl}.`;
  },
  renameInstallation({ lives }, site) {
    return `The installation is now ${shortId(lives.changeInstallationId(site))}…`;
  },
  relink({ lives }, site, text) {
    lives.relink(site, needed(text, 'the former installation'));
    return `${site.displayName} has its former data back.`;
  },
  async region({ lives }, site, text) {
    await lives.setRegion(site, text?.toUpperCase());
    return text === undefined ? 'The data is not pinned.' : `The data is pinned: ${text}.`;
  },
  licence({ lives }, site, text) {
    lives.setLicence(site, z.enum(LICENCES).parse(text));
    return `The licence of ${site.displayName}: ${text ?? ''}.`;
  },
};

/** What makes sense on this site now, in the order in which the page offers it. */
export function actionsFor(world: ControlWorld, site: Site): readonly TenantAction[] {
  const { platform, snapshots } = world;
  const { generation } = site;
  const { app } = platform;
  const actions: TenantAction[] = [];
  if (platform.pending(site) !== undefined) {
    actions.push({ name: 'approve', label: 'Approve the major version' });
  }
  if (generation === 'none') {
    const value = app === undefined ? '' : `${app.connectBaseUrl}/atlassian-connect.json`;
    const field = { label: 'Descriptor', value };
    actions.push({ name: 'installConnect', label: 'Install by Connect', field });
  }
  if (generation !== 'hybrid' && app !== undefined) {
    const label = generation === 'none' ? 'Install on Forge' : 'Upgrade in place';
    actions.push({ name: 'upgrade', label });
  }
  if (generation !== 'none') {
    actions.push({ name: 'snapshot', label: 'Keep what it is now' });
    if (snapshots.has(site.slug)) actions.push({ name: 'restore', label: 'Put it back' });
    const field = { label: 'Name', value: `${site.slug}-copy` };
    actions.push({ name: 'copy', label: 'Copy to a sandbox', field });
    actions.push({ name: 'disable', label: 'Disable the app' });
    actions.push({ name: 'enable', label: 'Enable the app' });
  }
  if (generation === 'hybrid') {
    actions.push({ name: 'renameInstallation', label: 'Change the installation id' });
    const field = { label: 'Installation', value: '' };
    actions.push({ name: 'relink', label: 'Link former data', field });
  }
  const licences = { label: 'Licence', value: site.licence ?? 'active', choices: LICENCES };
  actions.push({ name: 'licence', label: 'Set the licence', field: licences });
  const region = { label: 'Region', value: site.region ?? '' };
  actions.push({ name: 'region', label: 'Pin the data', field: region });
  if (generation === 'hybrid')
    actions.push({ name: 'reinstall', label: 'Uninstall and reinstall' });
  if (generation !== 'none') actions.push({ name: 'uninstall', label: 'Uninstall' });
  return actions;
}

/** Does one of them. Rejects with the platform's own errors. */
export async function actOnTenant(world: ControlWorld, body: unknown): Promise<string> {
  const { site: slug, action, text, postInstalled } = Change.parse(body);
  const site = world.sites.get(slug);
  if (site === undefined) throw new ControlError('unknown_site', `There is no site '${slug}'.`);
  const act = ACTS[action];
  if (act === undefined || !actionsFor(world, site).some(({ name }) => name === action)) {
    throw notPossible(site, `'${action}' makes no sense there now`);
  }
  return act(world, site, text, postInstalled === undefined ? {} : { postInstalled });
}

function notPossible(site: Site, why: string): ControlError {
  return new ControlError('not_possible_now', `${site.displayName}: ${why}.`);
}

function needed(text: string | undefined, what: string): string {
  if (text !== undefined) return text;
  throw new ControlError('not_possible_now', `Say ${what}.`);
}
