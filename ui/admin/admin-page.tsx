import type { KeyboardEvent, ReactElement } from 'react';
import { useId, useRef, useState } from 'react';
import type { SettingsHost, UpgradeHost } from '../hosts/host.ts';
import { SettingsForm } from './settings-form.tsx';
import { UpgradeTab } from './upgrade-tab.tsx';

const TABS = [
  { key: 'settings', title: 'Settings' },
  { key: 'upgrade', title: 'Upgrade' },
] as const;
type TabKey = (typeof TABS)[number]['key'];

export interface AdminPageProps {
  readonly host: SettingsHost & UpgradeHost;
  readonly initial?: TabKey;
}

/** The administrator's page: settings of the site, and the Upgrade tab. */
export function AdminPage({ host, initial = 'settings' }: AdminPageProps): ReactElement {
  const [current, setCurrent] = useState<TabKey>(initial);
  const id = useId();
  const tabs = useRef<HTMLDivElement>(null);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowRight' && event.key !== 'ArrowLeft') return;
    event.preventDefault();
    const next = current === 'settings' ? 'upgrade' : 'settings';
    setCurrent(next);
    tabs.current?.querySelector<HTMLElement>(`[data-tab=${next}]`)?.focus();
  };

  return (
    <div className="wide">
      <h1 className="page-title">Tally checklists</h1>
      <div className="tabs" role="tablist" ref={tabs} aria-label="Tally" onKeyDown={onKeyDown}>
        {TABS.map(({ key, title }) => (
          <button
            key={key}
            type="button"
            role="tab"
            className="tab"
            data-tab={key}
            id={`${id}-${key}`}
            aria-controls={`${id}-panel`}
            aria-selected={current === key}
            tabIndex={current === key ? 0 : -1}
            onClick={() => setCurrent(key)}
          >
            {title}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${current}`}>
        {current === 'settings' ? <SettingsForm host={host} /> : <UpgradeTab host={host} />}
      </div>
    </div>
  );
}
