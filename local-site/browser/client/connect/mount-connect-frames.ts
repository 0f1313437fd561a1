import type { ConnectFrame } from '../../page-data.ts';
import { frameIsLive } from '../frames.ts';
import { openOverlay } from '../overlay.ts';
import { readPageData } from '../page-data.ts';
import { ask } from '../server.ts';
import { onOpen, whenVisible } from '../visibility.ts';
import { connectHost } from './connect-host.ts';
import { registerContentResolver } from './content-resolver.ts';
import { provideDialogs } from './dialog-provider.ts';
import { provideFlags } from './flag-provider.ts';
import { defineHistoryModule } from './history-module.ts';
import { defineJiraModule, workflowConfiguration } from './jira-module.ts';
import { defineNavigatorModule } from './navigator-module.ts';
import { defineProductModules } from './product-modules.ts';
import { defineRequestModule } from './request-module.ts';

const data = readPageData();

/** Prepares the host library and puts every Connect frame of the page into its element. */
export function mountConnectFrames(): void {
  if (data.connectFrames.length === 0) return;
  defineProductModules();
  defineNavigatorModule();
  defineJiraModule();
  defineHistoryModule();
  defineRequestModule();
  provideFlags();
  provideDialogs();
  registerContentResolver();
  for (const frame of data.connectFrames) {
    const place = document.getElementById(frame.elementId);
    if (frame.opens !== undefined) onOpen(frame.elementId, () => void openFrame(frame));
    else if (place !== null) {
      whenVisible(place, () => {
        mount(frame, place);
      });
    }
  }
}

function mount(frame: ConnectFrame, place: HTMLElement): void {
  const { context } = data;
  const created = connectHost.create({
    addon_key: data.appKey,
    key: frame.moduleKey,
    url: frame.url,
    options: {
      frameId: frame.elementId,
      width: '100%',
      height: frame.fullPage ? '100%' : '120px',
      sandbox: frame.sandbox,
      isFullPage: frame.fullPage,
      // The frame follows its content unless the app says `resize:false` or `sizeToParent:true`.
      autoresize: true,
      origin: location.origin,
      hostOrigin: location.origin,
      contextPath: data.base,
      productContext: JSON.stringify({
        ...(context.issue && { 'issue.id': context.issue.id, 'issue.key': context.issue.key }),
        ...(context.project && {
          'project.id': context.project.id,
          'project.key': context.project.key,
        }),
      }),
    },
  });
  const element = created[0];
  if (element === undefined) return;
  place.replaceChildren(element);
  const id = (): string => place.querySelector('iframe')?.id ?? '';
  place.querySelector('iframe')?.setAttribute('title', frame.title);
  frameIsLive(frame, {
    reload: () =>
      void fresh(frame).then((renewed) => {
        mount(renewed, place);
      }),
    edit: () => {
      connectHost.broadcastEvent('_local_dashboard_edit', { id: id() }, {});
    },
    ...(frame.purpose.rule && { configuration: () => workflowConfiguration(id()) }),
  });
}

/** A web item's page in a dialog of its own. */
async function openFrame(frame: ConnectFrame): Promise<void> {
  const size = frame.opens?.size;
  const overlay = openOverlay({
    label: frame.title,
    heading: frame.title,
    width: typeof size === 'object' ? size.width : '600px',
    height: typeof size === 'object' ? size.height : undefined,
    closeOnEscape: true,
    closeOnOverlayClick: true,
    closeButton: true,
    onClose: () => undefined,
  });
  mount(await fresh(frame), overlay.content);
}

/** The frame with a new address, whose token is not old. */
async function fresh(frame: ConnectFrame): Promise<ConnectFrame> {
  const { moduleKey, purpose } = frame;
  return { ...frame, ...(await ask<{ url: string }>('connect/url', { moduleKey, purpose })) };
}
