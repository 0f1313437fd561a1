import type { ConnectFrame } from '../../page-data.ts';
import { readPageData } from '../page-data.ts';
import { connectHost } from './connect-host.ts';
import { registerContentResolver } from './content-resolver.ts';
import { provideDialogs } from './dialog-provider.ts';
import { provideFlags } from './flag-provider.ts';
import { defineHistoryModule } from './history-module.ts';
import { defineProductModules } from './product-modules.ts';
import { defineRequestModule } from './request-module.ts';

const data = readPageData();

/** Prepares the host library and puts every Connect frame of the page into its element. */
export function mountConnectFrames(): void {
  if (data.connectFrames.length === 0) return;
  defineProductModules();
  defineHistoryModule();
  defineRequestModule();
  provideFlags();
  provideDialogs();
  registerContentResolver();
  for (const frame of data.connectFrames) mount(frame);
}

function mount(frame: ConnectFrame): void {
  const { context } = data;
  const created = connectHost.create({
    addon_key: data.appKey,
    key: frame.moduleKey,
    url: frame.url,
    options: {
      width: '100%',
      height: frame.fullPage ? '100%' : '120px',
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
  const place = document.getElementById(frame.elementId);
  if (element === undefined || place === null) return;
  place.append(element);
  element.querySelector('iframe')?.setAttribute('title', frame.moduleKey);
}
