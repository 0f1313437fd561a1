import type { DeployedApp } from '../../types.ts';
import { CONNECT_SANDBOX, forgeSandbox } from '../custom-ui/sandbox.ts';
import type { ConnectFrame, ForgeFrame, PageData } from '../page-data.ts';
import type { Placed } from '../placements.ts';
import { moduleContext } from '../site/subject.ts';
import type { View } from '../view.ts';
import { connectAddress } from './connect-address.ts';
import { forgeContext } from './forge-context.ts';
import { elementIdOf } from './purpose.ts';
import type { Purpose } from './purpose.ts';

/** One frame to put into a page. */
export interface Shown {
  readonly placed: Placed;
  readonly purpose?: Purpose;
  readonly fullPage?: boolean;
  readonly opens?: ConnectFrame['opens'];
}

/** The id of the element that holds a frame. */
export function frameId({ placed, purpose = {} }: Shown): string {
  return elementIdOf(placed.kind, placed.key, purpose);
}

/** The data of a page that shows these frames. `pagePath` is the path of the page, with the site's prefix. */
export function buildPageData(view: View, shown: readonly Shown[], pagePath: string): PageData {
  const { world, visit, subject, app } = view;
  return {
    base: visit.base,
    siteOrigin: world.siteUrl,
    customUiOrigin: world.customUiUrl,
    appKey: world.connect.appKey(visit.site) ?? '',
    context: moduleContext(visit, subject),
    theme: visit.theme,
    locale: visit.locale,
    timeZone: visit.timeZone,
    pagePath,
    knownHosts: app?.externalPermissions?.client ?? [],
    connectFrames: shown.flatMap((each) => connectFrame(view, each)),
    forgeFrames: shown.flatMap((each) => forgeFrame(view, each)),
  };
}

function common(each: Shown): Omit<ConnectFrame, 'url' | 'sandbox'> {
  const { placed, purpose = {}, fullPage = false, opens } = each;
  return {
    elementId: frameId(each),
    moduleKey: placed.key,
    title: placed.title,
    fullPage,
    purpose,
    ...(opens && { opens }),
  };
}

function connectFrame({ world, visit, subject }: View, each: Shown): ConnectFrame[] {
  const { placed, purpose = {} } = each;
  if (placed.kind !== 'connect') return [];
  const parameters = customParameters(visit.query);
  const whole = { ...purpose, ...(Object.keys(parameters).length > 0 && { parameters }) };
  const url = connectAddress(world, visit, subject, placed.module, whole);
  if (url === undefined) return [];
  return [
    {
      ...common({ ...each, purpose: whole }),
      elementId: frameId(each),
      sandbox: CONNECT_SANDBOX,
      url,
    },
  ];
}

function forgeFrame({ world, visit, subject, app }: View, each: Shown): ForgeFrame[] {
  const { placed, purpose = {} } = each;
  if (placed.kind !== 'forge' || app === undefined) return [];
  const { module } = placed;
  const location = world.siteUrl + visit.base + visit.pathAndQuery;
  return [
    {
      ...common(each),
      moduleType: module.type,
      sandbox: forgeSandbox(app),
      resourceUrl: resourceUrl(
        world.customUiUrl,
        visit.site.slug,
        resourceOf(app, placed, purpose),
      ),
      height: VIEWPORTS[String(module.body?.['viewportSize'])],
      refreshesItself: module.body?.['refreshable'] === false,
      context: forgeContext({ world, visit, subject, app, location }, module, purpose),
    },
  ];
}

function resourceOf(
  _app: DeployedApp,
  placed: Placed & { kind: 'forge' },
  { entry }: Purpose,
): string {
  const { module } = placed;
  return (entry === undefined ? undefined : module.entries?.[entry]) ?? module.resourceKey;
}

/** Where the Custom UI origin serves a resource to the frames of one site. */
export function resourceUrl(origin: string, slug: string, resourceKey: string): string {
  return `${origin}/${slug}/${encodeURIComponent(resourceKey)}/`;
}

/** Heights of `viewportSize`; without it a frame grows with its content. The numbers are not documented for frames [?]. */
const VIEWPORTS: Readonly<Record<string, string | undefined>> = {
  small: '150px',
  medium: '300px',
  large: '450px',
  xlarge: '700px',
};

/** `?ac.name=value` in the address of a Connect page fills `{ac.name}` [doc: Connect, "Context parameters"]. */
function customParameters(query: URLSearchParams): Record<string, string> {
  return Object.fromEntries([...query].filter(([name]) => name.startsWith('ac.')));
}
