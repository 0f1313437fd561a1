import type { Project } from '../../jira/index.ts';
import type { Issue, ModuleContext } from '../../types.ts';
import type { Visit } from '../http/visit.ts';
import type { BrowserWorld } from '../options.ts';
import type { ConnectFrame, ForgeFrame, PageData } from '../page-data.ts';
import type { Placed } from '../placements.ts';

/** What a page is about. */
export interface Subject {
  readonly issue?: Issue | undefined;
  readonly project?: Project | undefined;
}

/** The id of the element that holds a module's frame. */
export function frameElementId(placed: Placed): string {
  return `${placed.kind}-${placed.key}`;
}

/** The context of the app's modules on a page. */
export function moduleContext(visit: Visit, { issue, project }: Subject): ModuleContext {
  return {
    accountId: visit.user.accountId,
    ...(issue === undefined ? {} : { issue: { id: issue.id, key: issue.key } }),
    ...(project === undefined ? {} : { project: { id: project.id, key: project.key } }),
  };
}

/** The data of a page that shows these modules. */
export function pageData(
  world: BrowserWorld,
  visit: Visit,
  subject: Subject,
  placed: readonly Placed[],
  options: { readonly pagePath: string; readonly fullPage: boolean },
): PageData {
  const { pagePath, fullPage } = options;
  const context = moduleContext(visit, subject);
  const connectFrames: ConnectFrame[] = [];
  const forgeFrames: ForgeFrame[] = [];
  for (const each of placed) {
    const common = { elementId: frameElementId(each), moduleKey: each.key, fullPage };
    if (each.kind === 'connect') {
      const url = world.connect.moduleUrl(visit.site, each.module, context);
      connectFrames.push({ ...common, url });
    } else {
      forgeFrames.push({
        ...common,
        fixedHeight: false,
        resourceUrl: `${world.customUiUrl}/${encodeURIComponent(each.resourceKey)}/`,
        context: forgeContext(world, visit, subject, each),
      });
    }
  }
  return {
    base: visit.base,
    siteOrigin: world.siteUrl,
    customUiOrigin: world.customUiUrl,
    appKey: world.connect.appKey(visit.site) ?? '',
    context,
    pagePath,
    connectFrames,
    forgeFrames,
  };
}

/** `extension` of the Forge context: the module's type and what the page is about. */
export function forgeExtension(type: string, { issue, project }: Subject): Record<string, unknown> {
  return {
    type,
    ...(issue === undefined
      ? {}
      : { issue: { id: issue.id, key: issue.key, type: issue.type, typeId: '10001' } }),
    ...(project === undefined
      ? {}
      : { project: { id: project.id, key: project.key, type: 'software' } }),
  };
}

function forgeContext(
  world: BrowserWorld,
  { site, user }: Visit,
  subject: Subject,
  placed: Placed & { kind: 'forge' },
): Record<string, unknown> {
  const app = world.platform.app;
  const uuid = (app?.appId ?? '').split('/').at(-1) ?? '';
  const environmentId = app?.environmentId ?? '';
  return {
    accountId: user.accountId,
    cloudId: site.cloudId,
    siteUrl: site.baseUrl,
    localId: `ari:cloud:ecosystem::extension/${uuid}/${environmentId}/static/${placed.key}`,
    moduleKey: placed.key,
    environmentId,
    environmentType: 'DEVELOPMENT',
    locale: 'en-US',
    timezone: 'Etc/UTC',
    license: { active: true, type: 'commercial' },
    theme: { colorMode: 'light' },
    extension: forgeExtension(placed.type, subject),
  };
}
