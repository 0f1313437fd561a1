import { view } from '@forge/bridge';
import { upgradeStatusSchema } from '../../../checklist/index.ts';
import type { UpgradeHost, Frame } from '../host.ts';
import { ask, askFor } from './ask.ts';

/**
 * The host of the Upgrade page that Jira shows through Forge. It asks the resolvers `upgradeStatus` and `exportEverything`.
 * The bridge throws while loading when the page is not inside Forge.
 */
export function forgeUpgradeHost(): UpgradeHost & { readonly frame: Frame } {
  void view.theme.enable().catch(() => undefined);
  return {
    // Custom UI frames follow their content; there is nothing to tell.
    frame: { resize: () => undefined },
    upgradeStatus: () => askFor(upgradeStatusSchema, 'upgradeStatus'),
    exportEverything: async () => ({
      name: 'tally-export.json',
      content: new Blob([asText(await ask('exportEverything'))], { type: 'application/json' }),
    }),
  };
}

function asText(answer: unknown): string {
  return typeof answer === 'string' ? answer : JSON.stringify(answer, null, 2);
}
