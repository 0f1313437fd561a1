import type { ReactElement, ReactNode } from 'react';
import { createContext, useCallback, useContext, useState } from 'react';

const Announce = createContext<(text: string) => void>(() => undefined);

/** Says something to a screen reader without showing it. */
export function useAnnounce(): (text: string) => void {
  return useContext(Announce);
}

/** Holds the page's live region. The same words twice in a row are told apart by an invisible space, so both are read. */
export function Announcer({ children }: { readonly children: ReactNode }): ReactElement {
  const [text, setText] = useState('');
  const announce = useCallback((next: string) => {
    setText((last) => (last === next ? `${next}\u00a0` : next));
  }, []);
  return (
    <Announce.Provider value={announce}>
      {children}
      <div className="visually-hidden" role="status" aria-live="assertive" aria-atomic="true">
        {text}
      </div>
    </Announce.Provider>
  );
}
