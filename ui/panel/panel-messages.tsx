import type { ReactElement } from 'react';
import { Button } from '../kit/button.tsx';
import { RefreshIcon } from '../kit/icons.tsx';
import { localTime } from '../kit/local-time.ts';
import { Message } from '../kit/message.tsx';
import type { PanelModel, PanelState } from './panel-model.ts';

export interface PanelMessagesProps {
  readonly state: PanelState;
  readonly model: PanelModel;
}

/** Above the lists, one message at most: what was not saved, or else that what is shown may be behind. */
export function PanelMessages({ state, model }: PanelMessagesProps): ReactElement | null {
  const { failure, notice, asOf } = state;
  const age = `as it was ${asOf ? `at ${localTime(asOf, new Date())}` : 'last'}`;

  if (notice && notice.listId === undefined) {
    const { action } = notice;
    return (
      <Message
        tone={notice.tone}
        role={notice.tone === 'error' ? 'alert' : 'status'}
        title={notice.title}
        onDismiss={() => model.notify(null)}
        actions={
          action && (
            <Button look="subtle" icon={<RefreshIcon />} onClick={action.run}>
              {action.label}
            </Button>
          )
        }
      >
        {notice.text}
        {failure && ` Below is the checklist ${age}.`}
      </Message>
    );
  }
  if (!failure) return null;
  return (
    <Message
      tone="warning"
      role="status"
      title={`Showing the checklist ${age}.`}
      actions={
        <Button look="subtle" icon={<RefreshIcon />} onClick={() => void model.refresh()}>
          Try again
        </Button>
      }
    >
      {failure.message} What you see is safe; it may be behind.
    </Message>
  );
}
