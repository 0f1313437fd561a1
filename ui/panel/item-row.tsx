import type { ReactElement, ReactNode } from 'react';
import { useState } from 'react';
import type { ListItem } from '../../checklist/index.ts';
import { LIMITS } from '../../checklist/index.ts';
import { IconButton } from '../kit/button.tsx';
import { CheckIcon, MoreIcon } from '../kit/icons.tsx';
import { Menu } from '../kit/menu.tsx';
import { TextEntry } from '../kit/text-entry.tsx';
import { useReturnFocus } from '../kit/use-return-focus.ts';

export interface ItemRowProps {
  readonly item: ListItem;
  readonly handle: ReactNode;
  readonly onEdit: (patch: Partial<Pick<ListItem, 'text' | 'done' | 'mandatory'>>) => void;
  readonly onDelete: () => void;
}

/** One item: grip, box, text, what else can be done with it. A click on the text edits it. */
export function ItemRow({ item, handle, onEdit, onDelete }: ItemRowProps): ReactElement {
  const [editing, setEditing] = useState(false);
  const text = useReturnFocus<HTMLButtonElement>(editing);
  return (
    <div className={`item ${item.done ? 'item-done' : ''}`} data-item={item.id}>
      {handle}
      <span className="checkbox">
        <input
          type="checkbox"
          className="checkbox-input"
          checked={item.done}
          aria-label={item.text}
          onChange={(event) => onEdit({ done: event.target.checked })}
        />
        <span className="checkbox-box">
          <CheckIcon />
        </span>
      </span>
      {editing ? (
        <TextEntry
          label="Text of the item"
          initial={item.text}
          limit={LIMITS.itemTextCharacters}
          submitLabel="Save"
          focus
          onCancel={() => setEditing(false)}
          onSubmit={(edited) => {
            setEditing(false);
            if (edited !== item.text) onEdit({ text: edited });
          }}
        />
      ) : (
        <>
          <button
            ref={text}
            type="button"
            className="item-text"
            aria-label={`Edit: ${item.text}`}
            onClick={() => setEditing(true)}
          >
            {item.text}
          </button>
          {item.mandatory && (
            <span className={`lozenge ${item.done ? '' : 'lozenge-warning'}`}>Required</span>
          )}
          <Menu
            label={`Actions for ${item.text}`}
            trigger={(props) => (
              <IconButton
                {...props}
                label={`Actions for ${item.text}`}
                title="More actions"
                icon={<MoreIcon />}
                className="item-more"
              />
            )}
            sections={[
              {
                actions: [
                  { label: 'Edit', run: () => setEditing(true) },
                  {
                    label: item.mandatory ? 'Make optional' : 'Make required',
                    run: () => onEdit({ mandatory: !item.mandatory }),
                  },
                  { label: 'Delete', danger: true, run: onDelete },
                ],
              },
            ]}
          />
        </>
      )}
    </div>
  );
}
