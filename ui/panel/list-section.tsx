import type { ReactElement } from 'react';
import { useId, useState } from 'react';
import type { List, ListItem } from '../../checklist/index.ts';
import { LIMITS, limitSentence, progressOf } from '../../checklist/index.ts';
import { Button, IconButton } from '../kit/button.tsx';
import { MoreIcon } from '../kit/icons.tsx';
import { Menu } from '../kit/menu.tsx';
import { Sortable } from '../kit/sortable.tsx';
import { TextEntry } from '../kit/text-entry.tsx';
import { useReturnFocus } from '../kit/use-return-focus.ts';
import { ItemRow } from './item-row.tsx';
import { usePanelTools } from './panel-context.ts';
import type { Notice } from './panel-model.ts';

export interface ListSectionProps {
  readonly list: List;
  readonly hideDone: boolean;
  /** Something to say about this list. */
  readonly notice: Notice | null;
  /** The neighbours among the lists, for moving up and down. */
  readonly previous: string | null;
  readonly beforePrevious: string | null;
  readonly next: string | null;
}

/** One checklist: its name, its items, a line to add more. */
export function ListSection(props: ListSectionProps): ReactElement {
  const { list, hideDone, notice } = props;
  const { model, changes } = usePanelTools();
  const heading = useId();
  const [mode, setMode] = useState<'view' | 'rename' | 'delete'>('view');
  const name = useReturnFocus<HTMLHeadingElement>(mode !== 'view');
  const { done, total } = progressOf([list]);
  const shown = hideDone ? list.items.filter((item) => !item.done) : list.items;
  const full = list.items.length >= LIMITS.itemsPerList;

  const remove = (item: ListItem): void => {
    const after = list.items[list.items.indexOf(item) - 1]?.id ?? null;
    const neighbour = shown[shown.indexOf(item) + 1] ?? shown[shown.indexOf(item) - 1];
    model.change(changes.deleteItem(list.id, item.id));
    model.notify({
      tone: 'information',
      title: 'Item deleted.',
      listId: list.id,
      action: { label: 'Undo', run: () => model.change(changes.addItem(list.id, item, after)) },
    });
    // The row had the focus: hand it to its neighbour, so that the keyboard stays in the list.
    requestAnimationFrame(() => {
      document
        .querySelector<HTMLElement>(`[data-item="${neighbour?.id ?? ''}"] .item-more`)
        ?.focus({ preventScroll: true });
    });
  };
  const moves = [
    ...(props.previous === null ? [] : [{ label: 'Move up', after: props.beforePrevious }]),
    ...(props.next === null ? [] : [{ label: 'Move down', after: props.next }]),
  ];

  return (
    <section className="list" aria-labelledby={heading}>
      <div className="list-head">
        {mode === 'rename' ? (
          <TextEntry
            label="Name of the checklist"
            look="heading"
            initial={list.name}
            limit={LIMITS.listNameCharacters}
            submitLabel="Save"
            focus
            onCancel={() => setMode('view')}
            onSubmit={(name) => {
              setMode('view');
              if (name !== list.name) model.change(changes.renameList(list.id, name));
            }}
          />
        ) : (
          <>
            <h2 className="list-name" id={heading} ref={name} tabIndex={-1}>
              {list.name}
            </h2>
            <span className="list-count" aria-label={`${done} of ${total} done`}>
              {done}/{total}
            </span>
            <Menu
              label={`Actions for ${list.name}`}
              trigger={(trigger) => (
                <IconButton {...trigger} label={`Actions for ${list.name}`} icon={<MoreIcon />} />
              )}
              sections={[
                {
                  actions: [
                    { label: 'Rename', run: () => setMode('rename') },
                    ...moves.map(({ label, after }) => ({
                      label,
                      run: () => model.change(changes.moveList(list.id, after)),
                    })),
                    { label: 'Delete…', danger: true, run: () => setMode('delete') },
                  ],
                },
              ]}
            />
          </>
        )}
      </div>
      {mode === 'delete' && (
        <DeleteQuestion
          list={list}
          onCancel={() => setMode('view')}
          onDelete={() => model.change(changes.deleteList(list.id))}
        />
      )}
      {shown.length > 0 && (
        <Sortable
          items={shown}
          label={`Items of ${list.name}`}
          className="items"
          nameOf={(item) => item.text}
          onMove={(id, after) => model.change(changes.moveItem(list.id, id, after))}
        >
          {(item, handle) => (
            <ItemRow
              item={item}
              handle={handle}
              onEdit={(patch) => model.change(changes.editItem(list.id, item.id, patch))}
              onDelete={() => remove(item)}
            />
          )}
        </Sortable>
      )}
      {shown.length < list.items.length && shown.length === 0 && (
        <p className="list-quiet">All {list.items.length} items are done and hidden.</p>
      )}
      {notice && (
        <p className="list-notice" role="status">
          {notice.title}
          {notice.action && (
            <Button look="subtle" onClick={notice.action.run}>
              {notice.action.label}
            </Button>
          )}
        </p>
      )}
      {full ? (
        <p className="limit-note">{limitSentence('itemsPerList')}</p>
      ) : (
        <TextEntry
          look="quiet"
          label={`Add an item to ${list.name}`}
          placeholder="Add an item"
          limit={LIMITS.itemTextCharacters}
          submitLabel="Add"
          onSubmit={(text) => model.change(changes.addItem(list.id, { text }))}
          onLines={(lines) => {
            for (const text of lines.slice(0, LIMITS.itemsPerList - list.items.length)) {
              model.change(changes.addItem(list.id, { text }));
            }
          }}
        />
      )}
    </section>
  );
}

interface DeleteQuestionProps {
  readonly list: List;
  readonly onCancel: () => void;
  readonly onDelete: () => void;
}

/** Asks in place: a dialog inside Jira's frame could open out of sight. */
function DeleteQuestion({ list, onCancel, onDelete }: DeleteQuestionProps): ReactElement {
  const count = list.items.length;
  const items = count === 0 ? '' : count === 1 ? ' and its item' : ` and its ${count} items`;
  return (
    <div
      className="question"
      role="alertdialog"
      aria-label="Delete checklist"
      onKeyDown={(event) => {
        if (event.key === 'Escape') onCancel();
      }}
    >
      <p className="question-text">
        Delete “{list.name}”{items}? This cannot be undone.
      </p>
      <div className="row-of-buttons">
        <Button look="danger" autoFocus onClick={onDelete}>
          Delete
        </Button>
        <Button look="subtle" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </div>
  );
}
