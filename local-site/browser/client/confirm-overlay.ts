import { openOverlay } from './overlay.ts';

/** Asks the person; resolves with false when the dialog is closed in any other way than by its button. */
export function confirmOverlay(heading: string, text: string, button: string): Promise<boolean> {
  return new Promise((resolve) => {
    let agreed = false;
    const overlay = openOverlay({
      label: heading,
      heading,
      width: '440px',
      height: undefined,
      closeOnEscape: true,
      closeOnOverlayClick: true,
      onClose: () => {
        resolve(agreed);
      },
    });
    const line = document.createElement('p');
    line.textContent = text;
    overlay.content.append(line);
    const add = (label: string, yes: boolean): void => {
      const element = document.createElement('button');
      element.type = 'button';
      element.className = yes ? 'primary' : '';
      element.textContent = label;
      element.addEventListener('click', () => {
        agreed = yes;
        overlay.close();
      });
      overlay.footer.append(element);
    };
    add('Cancel', false);
    add(button, true);
  });
}
