import type { ReactElement } from 'react';
import { useState } from 'react';
import type { UpgradeStatus } from '../../checklist/index.ts';
import { VENDOR, upgradeLog } from '../../checklist/index.ts';
import type { UpgradeHost } from '../hosts/host.ts';
import { asHostError } from '../hosts/host-error.ts';
import { Button } from '../kit/button.tsx';
import { DownloadIcon } from '../kit/icons.tsx';
import { Message } from '../kit/message.tsx';
import { saveFile } from '../kit/save-file.ts';

export interface UpgradeButtonsProps {
  readonly host: UpgradeHost;
  readonly status: UpgradeStatus;
}

/** Downloads, and the two things that reach a person at the vendor. */
export function UpgradeButtons({ host, status }: UpgradeButtonsProps): ReactElement {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);

  const everything = async (): Promise<void> => {
    setBusy(true);
    setFailure(null);
    try {
      saveFile(await host.exportEverything());
    } catch (error) {
      const { message, next } = asHostError(error);
      setFailure(`${message} ${next}`);
    }
    setBusy(false);
  };
  const log = (): void => {
    const text = upgradeLog(status, new Date().toISOString());
    saveFile({
      name: 'tally-upgrade-log.csv',
      content: new Blob([text], { type: 'text/csv;charset=utf-8' }),
    });
  };
  const letter = (subject: string): string =>
    `mailto:${VENDOR.supportMail}?subject=${encodeURIComponent(`Tally: ${subject}`)}`;

  return (
    <>
      {failure !== null && (
        <Message tone="error" role="alert" title="The download did not work.">
          {failure}
        </Message>
      )}
      <div className="row-of-buttons">
        <Button icon={<DownloadIcon />} disabled={busy} onClick={() => void everything()}>
          {busy ? 'Preparing…' : 'Download everything'}
        </Button>
        <Button icon={<DownloadIcon />} onClick={log}>
          Download log
        </Button>
        {status.servedFrom !== 'atlassian' && (
          <a className="button button-subtle" href={letter('postpone my site')}>
            Postpone my site
          </a>
        )}
        <a className="button button-subtle" href={letter('report a difference')}>
          Report a difference
        </a>
      </div>
    </>
  );
}
