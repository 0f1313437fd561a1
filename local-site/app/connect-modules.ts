import type { ConnectModule } from '../types.ts';
import type { Manifest } from './manifest-schema.ts';

/**
 * `connectModules` as the Connect host wants them: `jira:webPanels` becomes type `webPanels`. A module without a key (a
 * single webhook may have none) gets its type and position as key.
 */
export function connectModules(manifest: Manifest): ConnectModule[] {
  const modules: ConnectModule[] = [];
  for (const [name, declared] of Object.entries(manifest.connectModules ?? {})) {
    const type = name.slice('jira:'.length);
    for (const [index, body] of declared.entries()) {
      const key = typeof body['key'] === 'string' ? body['key'] : `${type}-${index}`;
      modules.push({ type, key, body });
    }
  }
  return modules;
}
