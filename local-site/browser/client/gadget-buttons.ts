import { emit } from './forge/emitter.ts';
import { readPageData } from './page-data.ts';
import { liveFrame } from './frames.ts';

const data = readPageData();

/** The refresh and configure buttons of gadgets. */
export function startGadgetButtons(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-refresh-gadget]')) {
    button.disabled = false;
    const id = button.dataset['refreshGadget'] ?? '';
    button.addEventListener('click', () => {
      refresh(id);
    });
  }
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-edit-gadget]')) {
    button.disabled = false;
    button.addEventListener('click', () => {
      liveFrame(button.dataset['editGadget'] ?? '')?.edit?.();
    });
  }
}

/**
 * A gadget with `refreshable: false` refreshes itself: all Forge gadgets of the page hear of it
 * [doc: Forge, jira:dashboardGadget]. Any other is loaded again.
 */
function refresh(elementId: string): void {
  const frame = data.forgeFrames.find((each) => each.elementId === elementId);
  if (frame?.refreshesItself === true) {
    const gadgetId = frame.purpose.gadget?.gadgetId;
    emit('JIRA_DASHBOARD_GADGET_REFRESH', { origin: 'gadget', gadgetId });
    return;
  }
  liveFrame(elementId)?.reload();
}
