import { z } from 'zod';
import type { ConnectModule } from '../../types.ts';
import type { Visit } from '../http/visit.ts';
import type { BrowserWorld } from '../options.ts';
import type { Subject } from '../site/subject.ts';
import { moduleContext } from '../site/subject.ts';
import type { Purpose } from './purpose.ts';
import { ruleFacts, ruleKind } from './rule-facts.ts';

const Page = z.object({ url: z.string() });
const Body = z.object({
  url: z.string().optional(),
  target: Page.partial().optional(),
  view: Page.optional(),
  create: Page.optional(),
  edit: Page.optional(),
});
const PLACEHOLDER = /\$?\{([\w.-]+)\}/g;

/** Context parameters that the Connect room itself fills in, from the module's context. */
const OF_THE_HOST = /^(?:user\.accountId|issue\.(?:id|key)|project\.(?:id|key))$/;

/**
 * The signed address of one of a module's pages, with the context parameters of dashboards and workflows and with `ac.…`
 * filled in. What the local site does not know becomes empty, as in Connect, and is recorded. Undefined when the module has
 * no such page.
 */
export function connectAddress(
  world: BrowserWorld,
  visit: Visit,
  subject: Subject,
  module: ConnectModule,
  purpose: Purpose,
): string | undefined {
  const template = templateOf(module, purpose);
  if (template === undefined) return undefined;
  const values = valuesOf(world, visit, module, purpose);
  const url = template.replace(PLACEHOLDER, (whole, name: string) => {
    if (OF_THE_HOST.test(name)) return whole;
    if (!values.has(name) && !name.startsWith('ac.')) {
      world.register.refuse('connect', `context parameter {${name}}`);
    }
    return encodeURIComponent(values.get(name) ?? '');
  });
  const filled: ConnectModule = { ...module, body: { ...module.body, url, target: { url } } };
  return world.connect.moduleUrl(visit.site, filled, moduleContext(visit, subject));
}

function templateOf(module: ConnectModule, { entry }: Purpose): string | undefined {
  const body = Body.safeParse(module.body).data;
  if (entry !== undefined && ruleKind(module.type) !== undefined) return body?.[entry]?.url;
  return body?.target?.url ?? body?.url;
}

/**
 * Names: [doc: Connect, "Context parameters", dashboard item and workflow modules]. A gadget of Connect is told the view type
 * `default` always: it switches to its own form when it is told to be edited.
 */
function valuesOf(
  world: BrowserWorld,
  { site }: Visit,
  module: ConnectModule,
  purpose: Purpose,
): ReadonlyMap<string, string> {
  const values = new Map(Object.entries(purpose.parameters ?? {}));
  values.set('addon.key', world.connect.appKey(site) ?? '');
  if (purpose.gadget !== undefined) {
    const { dashboardId, gadgetId } = purpose.gadget;
    values.set('dashboard.id', dashboardId).set('dashboardItem.id', gadgetId);
    values.set('dashboardItem.key', module.key).set('dashboardItem.viewType', 'default');
  }
  const kind = ruleKind(module.type);
  if (purpose.rule !== undefined && kind !== undefined) {
    const rule = ruleFacts(world, site, purpose)?.rule;
    values.set(`${kind}.id`, rule?.id ?? '').set(`${kind}.config`, rule?.configuration ?? '');
  }
  return values;
}
