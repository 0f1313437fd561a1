import { z } from 'zod';
import type { Answer, Dashboard } from '../../types.ts';
import type { Visit } from '../http/visit.ts';
import type { BrowserWorld } from '../options.ts';

const GadgetKeys = z.object({ dashboardId: z.string(), gadgetId: z.string() });
const Configure = GadgetKeys.extend({ configuration: z.record(z.string(), z.unknown()) });

/** `POST /_local/dashboard/configure`: what the edit view of a Forge gadget submitted. */
export function configureGadgetAnswer(world: BrowserWorld, visit: Visit, body: unknown): Answer {
  const { dashboardId, gadgetId, configuration } = Configure.parse(body);
  const { dashboards } = world.jira;
  const dashboard = dashboards.get(visit.site, dashboardId);
  if (dashboard === undefined || !mayEditDashboard(visit, dashboard))
    return { status: 403, body: { message: 'This dashboard is not yours to change.' } };
  dashboards.configureGadget(visit.site, dashboardId, gadgetId, configuration);
  return { status: 204 };
}

/** A dashboard is changed by its owner and by administrators. */
export function mayEditDashboard({ user }: Visit, dashboard: Dashboard): boolean {
  return user.admin || dashboard.ownerAccountId === user.accountId;
}
