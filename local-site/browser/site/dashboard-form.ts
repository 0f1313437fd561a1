import type { Visit } from '../http/visit.ts';
import type { BrowserWorld } from '../options.ts';
import { mayEditDashboard } from './dashboard-door.ts';
import type { Done } from './form-done.ts';

/** The forms of the dashboards: a new dashboard, a gadget placed or taken away. */
export function dashboardForm(world: BrowserWorld, visit: Visit, form: URLSearchParams): Done {
  const { dashboards } = world.jira;
  const { site, user, base } = visit;
  if (form.get('do') === 'add-dashboard') {
    const name = (form.get('name') ?? '').trim();
    if (name === '')
      return { location: `${base}/jira/dashboards`, problem: 'A dashboard has a name.' };
    const { id } = dashboards.add(site, name, user.accountId);
    return { location: `${base}/jira/dashboards/${id}` };
  }
  const id = form.get('dashboardId') ?? '';
  const dashboard = dashboards.get(site, id);
  const location = `${base}/jira/dashboards/${encodeURIComponent(id)}`;
  if (dashboard === undefined) return { location, problem: 'The dashboard is gone.' };
  if (!mayEditDashboard(visit, dashboard)) {
    return { location, problem: 'This dashboard is not yours to change.' };
  }
  if (form.get('do') === 'remove-gadget') {
    dashboards.removeGadget(site, id, form.get('gadgetId') ?? '');
    return { location };
  }
  const gadget = dashboards.addGadget(site, id, form.get('moduleKey') ?? '');
  return { location: `${location}?edit=${encodeURIComponent(gadget.id)}` };
}
