import { createContext, useContext } from 'react';
import type { ListsHost } from '../hosts/host.ts';
import type { PanelChanges } from './panel-changes.ts';
import type { PanelModel } from './panel-model.ts';

/** What the parts of the panel act with. */
export interface PanelTools {
  readonly host: ListsHost;
  readonly model: PanelModel;
  readonly changes: PanelChanges;
  readonly newId: () => string;
}

export const PanelChangesContext = createContext<PanelTools | null>(null);

export function usePanelTools(): PanelTools {
  const tools = useContext(PanelChangesContext);
  if (!tools) throw new Error('This part belongs inside the panel.');
  return tools;
}
