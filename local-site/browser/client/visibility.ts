/**
 * Calls `mount` once, as soon as the element can be seen: at once, or when the closed `<details>` or hidden tab around it is
 * opened. An app's page that nobody looks at is not loaded, as in Jira.
 */
export function whenVisible(element: HTMLElement, mount: () => void): void {
  if (element.closest('details:not([open])') === null && element.closest('[hidden]') === null) {
    mount();
    return;
  }
  const watch = new MutationObserver(() => {
    if (element.closest('details:not([open])') !== null || element.closest('[hidden]') !== null)
      return;
    watch.disconnect();
    mount();
  });
  watch.observe(document.body, { subtree: true, attributeFilter: ['open', 'hidden'] });
}

/** Buttons that open a frame as a dialog: `data-opens` with the frame's element id. */
export function onOpen(elementId: string, open: () => void): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>(
    `[data-opens="${CSS.escape(elementId)}"]`,
  )) {
    // Served disabled: a press before somebody listens would be lost.
    button.disabled = false;
    button.addEventListener('click', open);
  }
}
