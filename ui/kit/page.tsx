import type { ReactElement, ReactNode } from 'react';
import { useRef } from 'react';
import type { Frame } from '../hosts/host.ts';
import { Announcer } from './announcer.tsx';
import { usePageHeight } from './use-page-height.ts';

export interface PageProps {
  readonly frame: Frame;
  readonly children: ReactNode;
}

/** What surrounds every page of Tally. */
export function Page({ frame, children }: PageProps): ReactElement {
  const page = useRef<HTMLElement>(null);
  usePageHeight(page, frame);
  return (
    <main className="page" ref={page}>
      <Announcer>{children}</Announcer>
    </main>
  );
}
