import { openOverlay } from './overlay.ts';
import { readPageData } from './page-data.ts';

/** Shows an issue over the page, in a frame of the site's own. Resolves when it is closed again. */
export function openIssue(issueKey: string): Promise<void> {
  return new Promise((resolve) => {
    const overlay = openOverlay({
      label: issueKey,
      heading: issueKey,
      width: 'min(1100px, calc(100vw - 64px))',
      height: 'calc(100vh - 200px)',
      closeOnEscape: true,
      closeOnOverlayClick: true,
      closeButton: true,
      onClose: () => {
        resolve();
      },
    });
    const frame = document.createElement('iframe');
    frame.title = issueKey;
    frame.src = `${readPageData().base}/browse/${encodeURIComponent(issueKey)}?embedded=1`;
    overlay.content.append(frame);
  });
}
