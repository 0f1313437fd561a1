import { useEffect } from 'react';
import type { PanelModel } from './panel-model.ts';

/** How often the lists are read again while somebody looks, in milliseconds: others change them too. */
const EVERY_MS = 20_000;

/** Reads at once, whenever the page comes into view or gets focus, and now and then while it is seen. */
export function useFreshness(model: PanelModel): void {
  useEffect(() => {
    const look = (): void => {
      if (document.visibilityState === 'visible') void model.refresh();
    };
    void model.refresh();
    const timer = setInterval(look, EVERY_MS);
    document.addEventListener('visibilitychange', look);
    window.addEventListener('focus', look);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
      window.removeEventListener('focus', look);
    };
  }, [model]);
}
