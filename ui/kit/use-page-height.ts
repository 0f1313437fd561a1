import type { RefObject } from 'react';
import { useEffect } from 'react';
import type { Frame } from '../hosts/host.ts';

/** Keeps Jira's frame as high as the page. */
export function usePageHeight(page: RefObject<HTMLElement>, frame: Frame): void {
  useEffect(() => {
    const element = page.current;
    if (!element) return;
    let last = 0;
    const observer = new ResizeObserver(() => {
      const height = Math.ceil(element.getBoundingClientRect().height);
      if (height !== last) frame.resize(height);
      last = height;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [page, frame]);
}
