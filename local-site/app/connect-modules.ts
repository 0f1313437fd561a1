import type { ConnectModule } from '../types.ts';
import { AppError } from './app-error.ts';
import type { Manifest } from './manifest-schema.ts';

/**
 * `connectModules` as the Connect host wants them: `jira:webPanels` becomes type `webPanels`. A module without a key (a
 * single webhook may have none) gets its type and position as key.
 *
 * @throws AppError `manifest_invalid` for a product other than Jira.
 */
export function connectModules(manifest: Manifest): ConnectModule[] {
  const modules: ConnectModule[] = [];
  for (const [name, declared] of Object.entries(manifest.connectModules ?? {})) {
    if (!name.startsWith('jira:')) {
      throw new AppError('manifest_invalid', `connectModules.${name}: only jira: is modelled.`);
    }
    const type = name.slice('jira:'.length);
    for (const [index, body] of declared.entries()) {
      const key = typeof body['key'] === 'string' ? body['key'] : `${type}-${index}`;
      modules.push({ type, key, body });
    }
  }
  return modules;
}
