import type { ReactElement } from 'react';
import { useEffect, useMemo, useState } from 'react';
import type { PanelSettings } from '../../checklist/index.ts';
import { panelSettings } from '../../checklist/index.ts';
import type { ListsHost } from '../hosts/host.ts';
import { useObservable } from '../kit/use-observable.ts';
import { LoadingPanel, EmptyPanel, FailedPanel } from './panel-states.tsx';
import { PanelChangesContext, type PanelTools } from './panel-context.ts';
import { panelChanges } from './panel-changes.ts';
import { PanelLists } from './panel-lists.tsx';
import { PanelMessages } from './panel-messages.tsx';
import { PanelModel } from './panel-model.ts';
import { ReplacedNote } from './replaced-note.tsx';
import { useFreshness } from './use-freshness.ts';

export interface PanelProps {
  readonly host: ListsHost;
}

const newId = (): string => crypto.randomUUID();
const now = (): Date => new Date();

/** The checklists of one issue. */
export function Panel({ host }: PanelProps): ReactElement {
  const model = useMemo(() => new PanelModel(host, now), [host]);
  const settings = useSettings(host);
  const tools = useMemo<PanelTools>(
    () => ({ host, model, changes: panelChanges(host, newId, now), newId }),
    [host, model],
  );
  const state = useObservable(model);
  useFreshness(model);

  const { known, failure } = state;
  if (!known || !settings) {
    if (known || !failure) return <LoadingPanel />;
    return <FailedPanel error={failure} onRetry={() => void model.refresh()} />;
  }
  return (
    <PanelChangesContext.Provider value={tools}>
      <ReplacedNote host={host} />
      <PanelMessages state={state} model={model} />
      {known.length === 0 ? (
        <EmptyPanel settings={settings} />
      ) : (
        <PanelLists lists={known} notice={state.notice} saving={state.saving} settings={settings} />
      )}
    </PanelChangesContext.Provider>
  );
}

/** How long the panel waits for settings before it shows with the defaults, in milliseconds. */
const SETTINGS_PATIENCE_MS = 1_500;

/** The site's settings; the defaults when they do not come, because a checklist works without them. Null while asked for. */
function useSettings(host: ListsHost): PanelSettings | null {
  const [settings, setSettings] = useState<PanelSettings | null>(null);
  useEffect(() => {
    let gone = false;
    const use = (value: unknown): void => {
      if (!gone) setSettings((known) => known ?? panelSettings(value));
    };
    const timer = setTimeout(() => use({}), SETTINGS_PATIENCE_MS);
    host.setting('site').then(
      ({ value }) => use(value),
      () => use({}),
    );
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [host]);
  return settings;
}
