import { connectConditionsHold } from './conditions/connect-conditions.ts';
import { displayConditionsHold } from './conditions/display-conditions.ts';
import type { Facts, PropertyEntity } from './conditions/facts.ts';
import type { Visit } from './http/visit.ts';
import { appOn } from './options.ts';
import type { BrowserWorld } from './options.ts';
import { connectPlace, forgePlace, placedConnect, placedForge } from './placements.ts';
import type { Place, Placed } from './placements.ts';
import type { Subject } from './site/subject.ts';
import type { DeployedApp, UiModule } from '../types.ts';

/** A module that the site does not show to this person on this page. */
export interface HiddenModule {
  readonly key: string;
  readonly type: string;
  readonly reason: 'no such place' | 'conditions' | 'UI Kit';
}

/** Who looks at what, and which modules of the app stand where because of it. What every page is made from. */
export interface View {
  readonly world: BrowserWorld;
  readonly visit: Visit;
  readonly subject: Subject;
  /** The version whose Forge modules are shown; undefined on a site that runs Connect or nothing. */
  readonly app: DeployedApp | undefined;
  readonly hidden: readonly HiddenModule[];
  /** Connect modules first, then Forge modules, each in the order of its declaration. */
  placed(place: Place): readonly Placed[];
}

/** Works out which modules of the app the person sees here: places, then conditions. */
export async function createView(
  world: BrowserWorld,
  visit: Visit,
  subject: Subject,
): Promise<View> {
  const { site } = visit;
  const app = appOn(world, site);
  const facts = factsOf(world, visit, subject);
  const byPlace = new Map<Place, Placed[]>();
  const hidden: HiddenModule[] = [];
  const put = (place: Place, placed: Placed): void => {
    byPlace.set(place, [...(byPlace.get(place) ?? []), placed]);
  };
  const unplaced = ({ key, type }: { key: string; type: string }): void => {
    world.register.refuse('pages', `modules of type ${type}`);
    hidden.push({ key, type, reason: 'no such place' });
  };
  for (const module of world.connect.modules(site)) {
    const place = connectPlace(module);
    if (place === 'silent') continue;
    if (place === undefined) unplaced(module);
    else if (await connectConditionsHold(module.body['conditions'], facts)) {
      put(place, placedConnect(module));
    } else hidden.push({ key: module.key, type: module.type, reason: 'conditions' });
  }
  for (const module of app?.uiModules ?? []) {
    const place = forgePlace(module);
    for (const part of unmodelledParts(module)) world.register.refuse('pages', part);
    if (place === undefined) unplaced(module);
    else if (isUiKit(module)) {
      world.register.refuse('pages', 'UI Kit');
      hidden.push({ key: module.key, type: module.type, reason: 'UI Kit' });
    } else if (await displayConditionsHold(module.body?.['displayConditions'], facts)) {
      put(place, placedForge(module));
    } else hidden.push({ key: module.key, type: module.type, reason: 'conditions' });
  }
  return { world, visit, subject, app, hidden, placed: (place) => byPlace.get(place) ?? [] };
}

/** `render: native` means that the platform draws the page; there is no renderer here. */
function isUiKit({ body }: UiModule): boolean {
  return body?.['render'] === 'native';
}

/** Parts of a module that change what Jira shows and that this site does not do. The module is shown without them. */
const UNMODELLED_PARTS = ['dynamicProperties', 'pages', 'sections', 'unlicensedAccess', 'status'];

function unmodelledParts(module: UiModule): readonly string[] {
  const found = UNMODELLED_PARTS.filter((part) => module.body?.[part] !== undefined);
  return found.map((part) => `${part} of ${module.type}`);
}

function factsOf(world: BrowserWorld, visit: Visit, { issue, project }: Subject): Facts {
  const { site, user } = visit;
  return {
    user,
    licensed: (site.licence ?? 'active') === 'active',
    ...(issue && { issue: { key: issue.key, type: issue.type } }),
    ...(project && { project: { key: project.key } }),
    permits: (permission) => world.jira.permits(site, user.accountId, permission, project?.key),
    property: async (entity, key) => {
      const path = propertyPath(world, visit, { issue, project }, entity);
      if (path === undefined) return undefined;
      const name = encodeURIComponent(key);
      const [base, query = ''] = path.split('?');
      const url = `${base ?? ''}/${name}${query === '' ? '' : `?${query}`}`;
      const { status, body } = await world.jira.rest(site, { kind: 'app' }, 'GET', url, undefined);
      return status === 200 ? (body as { value?: unknown }).value : undefined;
    },
    unknown: (condition) => {
      world.register.refuse('pages', condition);
    },
  };
}

function propertyPath(
  world: BrowserWorld,
  { site, user }: Visit,
  { issue, project }: Subject,
  entity: PropertyEntity,
): string | undefined {
  switch (entity) {
    case 'issue':
      return issue && `/rest/api/3/issue/${issue.id}/properties`;
    case 'project':
      return project && `/rest/api/3/project/${project.id}/properties`;
    case 'user':
      return `/rest/api/3/user/properties?accountId=${encodeURIComponent(user.accountId)}`;
    case 'issueType':
      return issue && '/rest/api/3/issuetype/10001/properties';
    case 'app':
      return site.generation === 'hybrid'
        ? '/rest/forge/1/app/properties'
        : `/rest/atlassian-connect/1/addons/${world.connect.appKey(site) ?? ''}/properties`;
  }
}
