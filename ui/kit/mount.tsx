import './no-eval.ts';
import type { ReactElement } from 'react';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import type { Frame } from '../hosts/host.ts';
import { Page } from './page.tsx';

/** Puts a page into `#root` of the document, with the live region and the height that follows the content. */
export function mount(frame: Frame, content: ReactElement): void {
  const root = document.getElementById('root');
  if (!root) throw new Error('The page has no element with the id "root".');
  createRoot(root).render(
    <StrictMode>
      <Page frame={frame}>{content}</Page>
    </StrictMode>,
  );
}
