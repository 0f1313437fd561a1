import type { ReactElement } from 'react';
import { useEffect } from 'react';
import type { UpgradeStatus } from '../../checklist/index.ts';
import { upgradeWords } from '../../checklist/index.ts';
import type { UpgradeHost } from '../hosts/host.ts';
import { Button } from '../kit/button.tsx';
import { RefreshIcon } from '../kit/icons.tsx';
import { localTime } from '../kit/local-time.ts';
import { Message } from '../kit/message.tsx';
import { useLoaded } from '../kit/use-loaded.ts';
import { UpgradeButtons } from './upgrade-buttons.tsx';
import { UpgradeProgress } from './upgrade-progress.tsx';
import { UpgradeSetAside } from './upgrade-set-aside.tsx';

/** How often the state is read again while something is happening, and while nothing is, in milliseconds. */
const BUSY_MS = 4_000;
const QUIET_MS = 30_000;

/** What an administrator asks during the upgrade, answered on one page: what must I do, and is my work safe. */
export function UpgradeTab({ host }: { readonly host: UpgradeHost }): ReactElement {
  const { value: status, failure, asOf, reload } = useLoaded(() => host.upgradeStatus());
  const pace = status && isBusy(status) ? BUSY_MS : QUIET_MS;
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') void reload();
    }, pace);
    return () => clearInterval(timer);
  }, [pace, reload]);

  const retry = (
    <Button look="subtle" icon={<RefreshIcon />} onClick={() => void reload()}>
      Try again
    </Button>
  );
  if (!status) {
    if (failure) {
      return (
        <Message
          tone="error"
          role="alert"
          title="The state of the upgrade cannot be shown right now."
          actions={retry}
        >
          {failure.message} {failure.next} Your checklists are not affected.
        </Message>
      );
    }
    return (
      <div className="loading" role="status" aria-label="Loading the state of the upgrade">
        <div className="skeleton skeleton-card" />
        <div className="skeleton skeleton-card" />
      </div>
    );
  }

  const words = upgradeWords(status);
  return (
    <div className="upgrade">
      {failure && (
        <Message
          tone="warning"
          role="status"
          title={`Showing the state as it was ${asOf ? `at ${localTime(asOf, new Date())}` : 'last'}.`}
          actions={retry}
        >
          {failure.message}
        </Message>
      )}
      <Message tone={words.tone} title={words.sentence} role="status">
        {status.link.state === 'conflict' && status.link.reason}
      </Message>

      <div className="upgrade-columns">
        <section className="block" aria-labelledby="upgrade-todo">
          <h2 className="block-title" id="upgrade-todo">
            What you need to do
          </h2>
          <p className="block-text">{words.todo.text}</p>
          {words.todo.href !== undefined && (
            <p className="block-text">
              <a className="link" href={words.todo.href} target="_blank" rel="noreferrer">
                {words.todo.hrefLabel}
              </a>
            </p>
          )}
        </section>
        <section className="block" aria-labelledby="upgrade-safe">
          <h2 className="block-title" id="upgrade-safe">
            Is my work safe?
          </h2>
          <ul className="safety">
            {words.safety.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </section>
      </div>

      <UpgradeProgress words={words.progress} />
      {status.setAside.length > 0 && <UpgradeSetAside records={status.setAside} />}

      <section className="block" aria-labelledby="upgrade-changes">
        <h2 className="block-title" id="upgrade-changes">
          What changes
        </h2>
        <div className="table-frame">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">
                  <span className="visually-hidden">What</span>
                </th>
                <th scope="col">Before</th>
                <th scope="col">After</th>
                <th scope="col">Why</th>
              </tr>
            </thead>
            <tbody>
              {words.changes.map((change) => (
                <tr key={change.what}>
                  <th scope="row">{change.what}</th>
                  <td>{change.before}</td>
                  <td>{change.after}</td>
                  <td className="table-quiet">{change.why}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </section>

      <section className="block" aria-labelledby="upgrade-data">
        <h2 className="block-title" id="upgrade-data">
          Your data
        </h2>
        <UpgradeButtons host={host} status={status} />
      </section>

      <footer className="contacts">
        {words.contacts.map(({ label, href }) => (
          <a key={label} className="link" href={href} target="_blank" rel="noreferrer">
            {label}
          </a>
        ))}
      </footer>
    </div>
  );
}

function isBusy({ state }: UpgradeStatus): boolean {
  return state === 'waiting' || state === 'copying' || state === 'checking';
}
