import type { ReactElement } from 'react';
import { useState } from 'react';
import type { Template } from '../../checklist/index.ts';
import { asHostError } from '../hosts/host-error.ts';
import { Button } from '../kit/button.tsx';
import { localTime } from '../kit/local-time.ts';
import { Message } from '../kit/message.tsx';

/** How many items a card shows before it says how many more there are. */
const SHOWN = 4;

export interface TemplateCardProps {
  readonly template: Template;
  readonly onEdit: () => void;
  readonly onDelete: () => Promise<void>;
}

/** One template at rest. Deleting asks first. */
export function TemplateCard({ template, onEdit, onDelete }: TemplateCardProps): ReactElement {
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const more = template.items.length - SHOWN;
  const count = template.items.length === 1 ? '1 item' : `${template.items.length} items`;

  const remove = async (): Promise<void> => {
    setBusy(true);
    try {
      await onDelete();
    } catch (error) {
      const { message, next } = asHostError(error);
      setFailure(`${message} ${next}`);
      setAsking(false);
      setBusy(false);
    }
  };

  return (
    <article className="card">
      <div className="card-head">
        <h2 className="card-title">{template.name}</h2>
        <div className="row-of-buttons">
          <Button aria-label={`Edit ${template.name}`} onClick={onEdit}>
            Edit
          </Button>
          <Button
            look="subtle"
            aria-label={`Delete ${template.name}`}
            onClick={() => setAsking(true)}
          >
            Delete
          </Button>
        </div>
      </div>
      <p className="card-facts">
        {count} · revision {template.revision} · changed{' '}
        {localTime(new Date(template.updatedAt), new Date())}
      </p>
      {failure !== null && (
        <Message tone="error" role="alert" title="The template was not deleted.">
          {failure}
        </Message>
      )}
      {asking && (
        <div className="question" role="alertdialog" aria-label="Delete template">
          <p className="question-text">
            Delete “{template.name}”? Lists that were made from it stay.
          </p>
          <div className="row-of-buttons">
            <Button look="danger" autoFocus disabled={busy} onClick={() => void remove()}>
              Delete
            </Button>
            <Button look="subtle" disabled={busy} onClick={() => setAsking(false)}>
              Cancel
            </Button>
          </div>
        </div>
      )}
      {template.items.length > 0 && (
        <ul className="card-items">
          {template.items.slice(0, SHOWN).map((item) => (
            <li key={item.id} className="card-item">
              <span className="card-box" aria-hidden="true" />
              <span className="card-item-text">{item.text}</span>
              {item.mandatory && <span className="lozenge">Required</span>}
            </li>
          ))}
          {more > 0 && <li className="card-more">and {more} more</li>}
        </ul>
      )}
    </article>
  );
}
