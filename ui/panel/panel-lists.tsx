import type { ReactElement } from 'react';
import { useEffect, useState } from 'react';
import type { List, PanelSettings } from '../../checklist/index.ts';
import { LIMITS, limitSentence, progressOf } from '../../checklist/index.ts';
import { Button } from '../kit/button.tsx';
import { AddIcon, ChevronDownIcon } from '../kit/icons.tsx';
import { ProgressBar } from '../kit/progress-bar.tsx';
import { TextEntry } from '../kit/text-entry.tsx';
import { ListSection } from './list-section.tsx';
import { usePanelTools } from './panel-context.ts';
import type { Notice } from './panel-model.ts';
import { TemplateMenu } from './template-menu.tsx';

export interface PanelListsProps {
  readonly lists: readonly List[];
  readonly notice: Notice | null;
  readonly saving: boolean;
  readonly settings: PanelSettings;
}

/** All checklists of the issue, with their common progress above. */
export function PanelLists({ lists, notice, saving, settings }: PanelListsProps): ReactElement {
  const { model, changes, newId } = usePanelTools();
  const [hideDone, setHideDone] = useState(settings.hideDone);
  const [naming, setNaming] = useState(false);
  const { done, total, openRequired } = progressOf(lists);
  const full = lists.length >= LIMITS.listsPerIssue;
  const summary = total === 0 ? 'No items yet' : `${done} of ${total} done`;

  return (
    <>
      <div className="panel-head">
        <div className="panel-progress">
          <ProgressBar
            label="Progress of all checklists"
            fraction={total === 0 ? 0 : done / total}
            valueText={summary}
          />
          <p className="panel-summary">
            <span data-testid="summary">{summary}</span>
            {openRequired > 0 && (
              <span className="panel-required">{openRequired} required still open</span>
            )}
            <SavingNote saving={saving} />
          </p>
        </div>
        <div className="panel-actions">
          {done > 0 && (
            <Button look="subtle" aria-pressed={hideDone} onClick={() => setHideDone(!hideDone)}>
              {hideDone ? `Show ${done} done` : 'Hide done'}
            </Button>
          )}
          {!full && (
            <TemplateMenu
              label="Add"
              actions={[{ label: 'New checklist', run: () => setNaming(true) }]}
              trigger={(props) => (
                <Button {...props} icon={<AddIcon />}>
                  Add
                  <ChevronDownIcon />
                </Button>
              )}
            />
          )}
        </div>
      </div>
      {lists.map((list, index) => (
        <ListSection
          key={list.id}
          list={list}
          hideDone={hideDone}
          notice={notice?.listId === list.id ? notice : null}
          previous={lists[index - 1]?.id ?? null}
          beforePrevious={lists[index - 2]?.id ?? null}
          next={lists[index + 1]?.id ?? null}
        />
      ))}
      {naming && (
        <div className="new-list">
          <TextEntry
            label="Name of the checklist"
            initial={settings.defaultListName}
            limit={LIMITS.listNameCharacters}
            submitLabel="Add checklist"
            focus
            onCancel={() => setNaming(false)}
            onSubmit={(name) => {
              setNaming(false);
              model.change(changes.addList(newId(), name));
            }}
          />
        </div>
      )}
      {full && <p className="limit-note">{limitSentence('listsPerIssue')}</p>}
    </>
  );
}

/** "Saving…", but only when it takes long enough to be noticed. */
function SavingNote({ saving }: { readonly saving: boolean }): ReactElement | null {
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (!saving) return;
    const timer = setTimeout(() => setLate(true), 600);
    return () => {
      clearTimeout(timer);
      setLate(false);
    };
  }, [saving]);
  return late ? <span className="panel-saving">Saving…</span> : null;
}
