import { showFlag } from './flags.ts';
import { liveFrame } from './frames.ts';
import { ask } from './server.ts';

/** Add, Update and Remove of the workflow editor. Each is served disabled: a press before somebody listens would be lost. */
export function startRuleButtons(): void {
  for (const buttons of document.querySelectorAll<HTMLElement>('[data-rule-kind]')) {
    const save = buttons.querySelector<HTMLButtonElement>('[data-save-rule]');
    if (save === null) continue;
    save.disabled = false;
    save.addEventListener('click', () => {
      save.disabled = true;
      void saved(buttons)
        .catch(problem)
        .finally(() => {
          save.disabled = false;
        });
    });
  }
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-remove-rule]')) {
    button.disabled = false;
    button.addEventListener('click', () => {
      const { removeRule: ruleId, project: projectKey } = button.dataset;
      void ask('workflow/remove', { projectKey, ruleId }).then(() => {
        location.reload();
      }, problem);
    });
  }
}

/** Asks the app for the configuration first. An app that gives none keeps its form open. */
async function saved(buttons: HTMLElement): Promise<void> {
  const { frame = '', ruleKind, project, transition, module, rule, back = '' } = buttons.dataset;
  const live = frame === '' ? undefined : liveFrame(frame);
  let configuration: string | undefined;
  if (live?.configuration !== undefined) {
    configuration = await live.configuration();
    if (configuration === undefined) {
      showFlag({
        title: 'The rule was not saved',
        body: 'The app did not accept what stands in its form.',
        type: 'warning',
        actions: [],
      });
      return;
    }
  }
  await ask('workflow/save', {
    ...{ projectKey: project, transitionId: transition, kind: ruleKind, moduleKey: module },
    ...(rule !== '' && { ruleId: rule }),
    ...(configuration !== undefined && { configuration }),
  });
  location.assign(back);
}

function problem(error: unknown): void {
  const body = error instanceof Error ? error.message : String(error);
  showFlag({ title: 'That did not work', body, type: 'error', actions: [] });
}
