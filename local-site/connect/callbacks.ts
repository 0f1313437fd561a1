import type { Site } from '../types.ts';
import { ConnectHostError } from './connect-host-error.ts';
import type { Installation } from './installation.ts';
import { postLifecycle } from './lifecycle.ts';
import type { LifecycleEvent, Wire } from './lifecycle.ts';

/**
 * Posts `installed`, which the app has to accept.
 *
 * @throws {ConnectHostError} `code`, when the app cannot be reached or answers otherwise.
 */
export async function mustAccept(
  wire: Wire,
  site: Site,
  installation: Installation,
  path: string,
  accepts: (status: number) => boolean,
  code: 'INSTALL_REFUSED' | 'LIFECYCLE_HOOK_FAILED',
): Promise<void> {
  const where = installation.app.baseUrl + path;
  let response: Response;
  try {
    response = await postLifecycle(wire, site, installation, 'installed', path);
  } catch (error) {
    throw new ConnectHostError(code, `The app could not be reached at ${where}.`, error);
  }
  await response.body?.cancel();
  const { status } = response;
  if (accepts(status)) return;
  throw new ConnectHostError(code, `The app answered ${status} at ${where}.`);
}

/** Tells the app something whose answer changes nothing. Does nothing when the app declares no such callback. */
export async function tell(
  wire: Wire,
  site: Site,
  installation: Installation,
  event: Exclude<LifecycleEvent, 'installed'>,
): Promise<void> {
  const path = installation.app.lifecycle[event];
  if (path === undefined) return;
  try {
    const response = await postLifecycle(wire, site, installation, event, path);
    await response.body?.cancel();
  } catch {
    // The site does not wait for an app that is gone.
  }
}
