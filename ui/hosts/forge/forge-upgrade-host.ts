import { invoke, view } from '@forge/bridge';
import { upgradeStatusSchema } from '../../../checklist/index.ts';
import type { UpgradeHost, Frame } from '../host.ts';
import { HostError, fromWire, unreadable, unreachable } from '../host-error.ts';

/**
 * The host of the Upgrade page that Jira shows through Forge. It asks the resolvers `upgradeStatus` and `exportEverything`.
 * Either may answer the value itself or the error body of the JSON API. The bridge throws while loading when the page is
 * not inside Forge.
 */
export function forgeUpgradeHost(): UpgradeHost & { readonly frame: Frame } {
  void view.theme.enable().catch(() => undefined);
  return {
    // Custom UI frames follow their content; there is nothing to tell.
    frame: { resize: () => undefined },
    upgradeStatus: async () => {
      const result = upgradeStatusSchema.safeParse(await ask('upgradeStatus'));
      if (!result.success) throw unreadable(result.error);
      return result.data;
    },
    exportEverything: async () => ({
      name: 'tally-export.json',
      content: new Blob([asText(await ask('exportEverything'))], { type: 'application/json' }),
    }),
  };
}

async function ask(name: string): Promise<unknown> {
  let answer: unknown;
  try {
    answer = await invoke<unknown>(name);
  } catch (cause) {
    throw unreachable(cause);
  }
  if (typeof answer === 'object' && answer !== null && 'error' in answer) throw fromWire(answer);
  if (answer === undefined || answer === null) {
    throw new HostError('unreadable', 'Tally gave no answer.', 'Reload the page.');
  }
  return answer;
}

function asText(answer: unknown): string {
  return typeof answer === 'string' ? answer : JSON.stringify(answer, null, 2);
}
