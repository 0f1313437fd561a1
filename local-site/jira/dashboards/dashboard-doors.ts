import type { DashboardGadget, Dashboards, Site, SiteModule } from '../../types.ts';
import { JiraError } from '../jira-error.ts';
import { namesOf, textOf } from '../modules.ts';
import { dashboardView, gadgetView } from '../state/dashboard-record.ts';
import type { DashboardRecord, GadgetRecord } from '../state/dashboard-record.ts';
import type { SiteState } from '../state/site-state.ts';
import type { JiraWorld } from '../world.ts';

/** Dashboards and what is placed on them. */
export function createDashboardDoors(
  world: JiraWorld,
  stateOf: (site: Site) => SiteState,
): Dashboards {
  return {
    list: (site) => stateOf(site).dashboards().map(dashboardView),
    get(site, id) {
      const dashboard = stateOf(site).dashboard(id);
      return dashboard === undefined ? undefined : dashboardView(dashboard);
    },
    add: (site, name, owner) => dashboardView(stateOf(site).addDashboard(name, owner)),
    remove: (site, id) => stateOf(site).removeDashboard(id),
    gadgetModules: (site) => gadgetModulesOf(world.modules(stateOf(site))),
    addGadget(site, id, moduleKey) {
      const state = stateOf(site);
      const dashboard = dashboardOf(state, id);
      const modules = gadgetModulesOf(world.modules(state));
      const module = modules.find(({ key }) => key === moduleKey);
      if (module === undefined) {
        const message = `The app on ${site.slug} has no gadget '${moduleKey}'.`;
        throw new JiraError('UNKNOWN_MODULE', message);
      }
      const gadget: GadgetRecord = {
        ...{ id: String(state.next('gadget')), moduleKey, placedAs: module.face },
        ...{ title: titleOf(module), column: 0, row: nextRow(dashboard) },
        ...{ configuration: {}, properties: new Map() },
      };
      state.changeGadgets(dashboard, (gadgets) => gadgets.push(gadget));
      return gadgetView(gadget);
    },
    removeGadget(site, id, gadgetId) {
      const state = stateOf(site);
      const dashboard = dashboardOf(state, id);
      const at = dashboard.gadgets.findIndex((gadget) => gadget.id === gadgetId);
      if (at < 0) return false;
      state.changeGadgets(dashboard, (gadgets) => gadgets.splice(at, 1));
      return true;
    },
    configureGadget(site, id, gadgetId, configuration) {
      const state = stateOf(site);
      const dashboard = dashboardOf(state, id);
      const gadget = dashboard.gadgets.find((each) => each.id === gadgetId);
      if (gadget === undefined) {
        throw new JiraError('UNKNOWN_GADGET', `Dashboard ${id} has no gadget ${gadgetId}.`);
      }
      state.changeGadgets(dashboard, () => {
        gadget.configuration = configuration;
      });
    },
    moduleOf: (site, gadget) => gadgetModule(world.modules(stateOf(site)), gadget),
  };
}

function gadgetModulesOf(modules: readonly SiteModule[]): readonly SiteModule[] {
  return modules.filter(
    ({ type }) => type === 'jiraDashboardItems' || type === 'jira:dashboardGadget',
  );
}

/**
 * `connectKeys` replace placed Connect items only: a gadget that was placed as Forge is found by the key it was placed with,
 * or no dashboard could show it [infer]. Without `connectKeys` the gadget's own key takes over the Connect item of that key.
 */
function gadgetModule(
  modules: readonly SiteModule[],
  { moduleKey, placedAs }: Pick<DashboardGadget, 'moduleKey' | 'placedAs'>,
): SiteModule | undefined {
  const found = gadgetModulesOf(modules);
  const forge = found.filter(({ face }) => face === 'forge');
  if (placedAs === 'forge') return forge.find(({ key }) => key === moduleKey);
  const replacing = forge.find((module) => {
    const keys = connectKeysOf(module);
    return keys.length === 0 ? module.key === moduleKey : keys.includes(moduleKey);
  });
  return replacing ?? found.find(({ face, key }) => face === 'connect' && key === moduleKey);
}

function connectKeysOf({ body }: SiteModule): readonly unknown[] {
  const keys = body['connectKeys'];
  return Array.isArray(keys) ? (keys as unknown[]) : [];
}

function titleOf(module: SiteModule): string {
  const title = module.body['title'];
  const text = typeof title === 'object' && title !== null && 'text' in title ? title.text : title;
  return textOf(text) ?? namesOf(module).name;
}

function nextRow({ gadgets }: DashboardRecord): number {
  return Math.max(-1, ...gadgets.map(({ row }) => row)) + 1;
}

function dashboardOf(state: SiteState, id: string): DashboardRecord {
  const dashboard = state.dashboard(id);
  if (dashboard !== undefined) return dashboard;
  throw new JiraError('UNKNOWN_DASHBOARD', `Site ${state.site.slug} has no dashboard ${id}.`);
}
