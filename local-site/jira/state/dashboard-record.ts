import type { Dashboard, DashboardGadget } from '../../types.ts';
import type { SiteDocument } from './site-document.ts';

/** A gadget as `SiteState` keeps it. */
export interface GadgetRecord {
  readonly id: string;
  readonly moduleKey: string;
  readonly placedAs: 'connect' | 'forge';
  readonly title: string;
  readonly column: number;
  readonly row: number;
  configuration: Readonly<Record<string, unknown>>;
  readonly properties: Map<string, unknown>;
}

export interface DashboardRecord {
  readonly id: string;
  readonly name: string;
  readonly ownerAccountId: string;
  readonly gadgets: GadgetRecord[];
}

type DashboardDocument = SiteDocument['dashboards'][number];

export function dashboardFromDocument(document: DashboardDocument): DashboardRecord {
  return {
    ...document,
    gadgets: document.gadgets.map((gadget) => ({
      ...gadget,
      properties: new Map(Object.entries(gadget.properties)),
    })),
  };
}

/** As others see it, which is also how it is kept: a copy that nobody changes. */
export function gadgetView(gadget: GadgetRecord): DashboardGadget {
  return { ...gadget, properties: Object.fromEntries(gadget.properties) };
}

export function dashboardView(dashboard: DashboardRecord): Dashboard {
  return { ...dashboard, gadgets: dashboard.gadgets.map(gadgetView) };
}
