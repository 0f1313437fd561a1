import type { SiteModule } from './site-module.ts';
import type { Site } from './sites.ts';

/** One gadget on a dashboard. The placement, its properties and its configuration live in Jira. */
export interface DashboardGadget {
  readonly id: string;
  /** Key under which it was placed, which a migration to Forge does not change. */
  readonly moduleKey: string;
  readonly placedAs: 'connect' | 'forge';
  readonly title: string;
  /** Counted from 0. */
  readonly column: number;
  readonly row: number;
  /** What a Forge gadget's edit view submitted: `extension.gadgetConfiguration`. */
  readonly configuration: Readonly<Record<string, unknown>>;
  /** Dashboard item properties, by key; a Connect dashboard item keeps its configuration there. */
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface Dashboard {
  readonly id: string;
  readonly name: string;
  readonly ownerAccountId: string;
  readonly gadgets: readonly DashboardGadget[];
}

export interface Dashboards {
  list(site: Site): readonly Dashboard[];
  get(site: Site, dashboardId: string): Dashboard | undefined;
  add(site: Site, name: string, ownerAccountId: string): Dashboard;
  remove(site: Site, dashboardId: string): boolean;
  /** Modules of the app that can be placed on this site now. */
  gadgetModules(site: Site): readonly SiteModule[];
  /** Places a gadget at the end of the first column. Throws when no module has the key. */
  addGadget(site: Site, dashboardId: string, moduleKey: string): DashboardGadget;
  removeGadget(site: Site, dashboardId: string, gadgetId: string): boolean;
  configureGadget(
    site: Site,
    dashboardId: string,
    gadgetId: string,
    configuration: Readonly<Record<string, unknown>>,
  ): void;
  /**
   * The module that shows a placed gadget now: a Connect item under its key, or the Forge gadget whose `connectKeys` name it.
   * A Forge gadget with `connectKeys` matches those only, not its own key [Forge docs, jira:dashboardGadget].
   */
  moduleOf(site: Site, gadget: DashboardGadget): SiteModule | undefined;
}
