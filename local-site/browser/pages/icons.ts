import { Html } from './html.ts';

/** Small drawings of our own. They say nothing that the text beside them does not say. */
const svg = (size: number, body: string): Html =>
  new Html(
    `<svg class="icon" width="${size}" height="${size}" viewBox="0 0 16 16" fill="none" stroke="currentColor" ` +
      `stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${body}</svg>`,
  );

export const icons = {
  logo: new Html(
    '<svg width="24" height="24" viewBox="0 0 24 24" aria-hidden="true"><rect width="24" height="24" rx="6" fill="#0c66e4"/>' +
      '<path d="M7 12.5l3.2 3.2L17 8.8" fill="none" stroke="#fff" stroke-width="2.4" stroke-linecap="round" stroke-linejoin="round"/></svg>',
  ),
  task: new Html(
    '<svg class="icon" width="16" height="16" viewBox="0 0 16 16" aria-hidden="true"><rect width="16" height="16" rx="3" fill="#1d7afc"/>' +
      '<path d="M4.5 8.3l2.3 2.3 4.7-4.9" fill="none" stroke="#fff" stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round"/></svg>',
  ),
  bug: new Html(
    '<svg class="icon" width="16" height="16" viewBox="0 0 16 16" aria-hidden="true"><rect width="16" height="16" rx="3" fill="#e2483d"/>' +
      '<circle cx="8" cy="8" r="3.2" fill="#fff"/></svg>',
  ),
  story: new Html(
    '<svg class="icon" width="16" height="16" viewBox="0 0 16 16" aria-hidden="true"><rect width="16" height="16" rx="3" fill="#22a06b"/>' +
      '<path d="M5 3.8h6v8.4L8 9.8l-3 2.4z" fill="#fff"/></svg>',
  ),
  more: svg(16, '<path d="M3.5 8h.01M8 8h.01M12.5 8h.01" stroke-width="2.4"/>'),
  plus: svg(16, '<path d="M8 3.5v9M3.5 8h9"/>'),
  sun: svg(
    16,
    '<circle cx="8" cy="8" r="2.6"/><path d="M8 1.8v1.4M8 12.8v1.4M1.8 8h1.4M12.8 8h1.4M3.6 3.6l1 1M11.4 11.4l1 1M3.6 12.4l1-1M11.4 4.6l1-1"/>',
  ),
  moon: svg(16, '<path d="M13 9.6A5.6 5.6 0 1 1 6.4 3a4.6 4.6 0 0 0 6.6 6.6z"/>'),
  flow: svg(
    16,
    '<rect x="1.8" y="3" width="4.4" height="3.6" rx="1"/><rect x="9.8" y="9.4" width="4.4" height="3.6" rx="1"/><path d="M6.2 4.8h3.2c1.6 0 2.6 1 2.6 2.6v2"/>',
  ),
  refresh: svg(16, '<path d="M13 8a5 5 0 1 1-1.6-3.7M13 2.6v2.6h-2.6"/>'),
  search: svg(16, '<circle cx="7" cy="7" r="4.2"/><path d="M10.2 10.2l3.2 3.2"/>'),
  chevron: svg(16, '<path d="M4.5 6.5L8 10l3.5-3.5"/>'),
  medium: svg(16, '<path d="M3 6h10M3 10h10" stroke="#e56910" stroke-width="2"/>'),
  list: svg(16, '<path d="M2.5 4h11M2.5 8h11M2.5 12h11"/>'),
  app: svg(
    16,
    '<rect x="2.5" y="2.5" width="11" height="11" rx="2"/><path d="M5.5 8.2l1.8 1.8 3.3-3.7"/>',
  ),
  home: svg(16, '<path d="M2.5 7.5L8 3l5.5 4.5V13h-4V9.5h-3V13h-4z"/>'),
  gear: svg(
    16,
    '<circle cx="8" cy="8" r="2"/><path d="M8 2v2M8 12v2M2 8h2M12 8h2M3.8 3.8l1.4 1.4M10.8 10.8l1.4 1.4M3.8 12.2l1.4-1.4M10.8 5.2l1.4-1.4"/>',
  ),
};

/** The picture of an issue type. */
export function typeIcon(type: string): Html {
  if (type === 'Bug') return icons.bug;
  return type === 'Story' ? icons.story : icons.task;
}
