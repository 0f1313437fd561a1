/**
 * Brings the page's own parts up to date without loading it again: everything marked `data-refresh` is taken from a fresh
 * copy of the page. The app's frames stay as they are.
 */
export async function softRefresh(): Promise<void> {
  const response = await fetch(location.href);
  if (!response.ok) return;
  const fresh = new DOMParser().parseFromString(await response.text(), 'text/html');
  for (const part of document.querySelectorAll<HTMLElement>('[data-refresh]')) {
    const next = fresh.querySelector(`[data-refresh="${part.dataset['refresh'] ?? ''}"]`);
    if (next === null) continue;
    const open = part.querySelector('details')?.open === true;
    part.replaceChildren(...next.childNodes);
    const details = part.querySelector('details');
    if (details !== null && open) details.open = true;
  }
}
