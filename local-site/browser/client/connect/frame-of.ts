import type { ConnectFrame } from '../../page-data.ts';
import { readPageData } from '../page-data.ts';
import type { Extension, ModuleCallback } from './connect-host.ts';

const data = readPageData();

/** The frame of the page that a call came from, or whose dialog it came from. */
export function frameOf(source: ModuleCallback | Extension): ConnectFrame | undefined {
  const extension = '_context' in source ? source._context.extension : source;
  const { frameId } = extension.options;
  return data.connectFrames.find(({ elementId }) => elementId === frameId);
}
