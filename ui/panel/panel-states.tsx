import type { ReactElement } from 'react';
import { useState } from 'react';
import type { PanelSettings } from '../../checklist/index.ts';
import { LIMITS } from '../../checklist/index.ts';
import type { HostError } from '../hosts/host-error.ts';
import { Button } from '../kit/button.tsx';
import { AddIcon, ChevronDownIcon, RefreshIcon } from '../kit/icons.tsx';
import { Message } from '../kit/message.tsx';
import { TextEntry } from '../kit/text-entry.tsx';
import { usePanelTools } from './panel-context.ts';
import { TemplateMenu } from './template-menu.tsx';

/** Not known yet. Says so to a screen reader, shows the shape of what comes. */
export function LoadingPanel(): ReactElement {
  return (
    <div className="loading" role="status" aria-label="Loading the checklist">
      <div className="skeleton skeleton-bar" />
      <div className="skeleton skeleton-title" />
      {['long', 'short', 'middle'].map((width) => (
        <div key={width} className={`skeleton skeleton-line skeleton-${width}`} />
      ))}
    </div>
  );
}

/** Not known, and could not be found out. Never looks like an empty checklist. */
export function FailedPanel({
  error,
  onRetry,
}: {
  readonly error: HostError;
  readonly onRetry: () => void;
}): ReactElement {
  return (
    <Message
      tone="error"
      role="alert"
      title="The checklist cannot be shown right now."
      actions={
        <Button icon={<RefreshIcon />} onClick={onRetry}>
          Try again
        </Button>
      }
    >
      {error.message} {error.next} This does not mean that the checklist is empty.
    </Message>
  );
}

/** Known, and there is none. */
export function EmptyPanel({ settings }: { readonly settings: PanelSettings }): ReactElement {
  const { model, changes, newId } = usePanelTools();
  const [naming, setNaming] = useState(false);
  return (
    <div className="empty">
      <EmptyPicture />
      <div className="empty-body">
        <h2 className="empty-title">No checklist yet</h2>
        <p className="empty-text">
          Break the work down, or begin with one of the project’s templates.
        </p>
        {naming ? (
          <TextEntry
            label="Name of the checklist"
            initial={settings.defaultListName}
            limit={LIMITS.listNameCharacters}
            submitLabel="Add checklist"
            focus
            onCancel={() => setNaming(false)}
            onSubmit={(name) => model.change(changes.addList(newId(), name))}
          />
        ) : (
          <div className="row-of-buttons">
            <Button look="primary" icon={<AddIcon />} onClick={() => setNaming(true)}>
              Add a checklist
            </Button>
            <TemplateMenu
              label="Use a template"
              trigger={(props) => (
                <Button {...props}>
                  Use a template
                  <ChevronDownIcon />
                </Button>
              )}
            />
          </div>
        )}
      </div>
    </div>
  );
}

function EmptyPicture(): ReactElement {
  return (
    <svg
      className="empty-picture"
      width="72"
      height="72"
      viewBox="0 0 72 72"
      fill="none"
      aria-hidden="true"
    >
      <rect className="picture-sheet" x="12" y="8" width="48" height="56" rx="6" />
      <g className="picture-lines" strokeWidth="3" strokeLinecap="round">
        <path d="M33 24h18M33 37h13M33 50h16" />
      </g>
      <g className="picture-ticks" strokeWidth="3" strokeLinecap="round" strokeLinejoin="round">
        <path d="m20 24 3 3 5-6M20 37l3 3 5-6" />
      </g>
      <rect className="picture-box" x="20" y="46" width="8" height="8" rx="2" strokeWidth="2" />
    </svg>
  );
}
