import type { ReactElement } from 'react';
import { useId, useState } from 'react';
import type { Template, UpdateTemplateBody } from '../../checklist/index.ts';
import { LIMITS, countCharacters, limitSentence } from '../../checklist/index.ts';
import { asHostError } from '../hosts/host-error.ts';
import { Button, IconButton } from '../kit/button.tsx';
import { CloseIcon } from '../kit/icons.tsx';
import { Message } from '../kit/message.tsx';
import { Sortable } from '../kit/sortable.tsx';
import { TextEntry } from '../kit/text-entry.tsx';

interface Line {
  readonly id: string;
  readonly text: string;
  readonly mandatory: boolean;
}

export interface TemplateEditorProps {
  /** Null for a new one. */
  readonly template: Template | null;
  readonly onCancel: () => void;
  /** Rejects with `HostError`; what was typed stays. */
  readonly onSave: (body: UpdateTemplateBody) => Promise<void>;
}

/** Edits a template as a whole; nothing is saved before "Save". */
export function TemplateEditor({ template, onCancel, onSave }: TemplateEditorProps): ReactElement {
  const [name, setName] = useState(template?.name ?? '');
  const [lines, setLines] = useState<readonly Line[]>(
    () => template?.items.map(({ id, text, mandatory }) => ({ id, text, mandatory })) ?? [],
  );
  const [saving, setSaving] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const field = useId();
  const note = useId();

  const used = countCharacters(name.trim());
  const faults = [
    ...(used > LIMITS.templateNameCharacters ? [limitSentence('templateNameCharacters')] : []),
    ...(lines.some(({ text }) => countCharacters(text) > LIMITS.itemTextCharacters)
      ? [limitSentence('itemTextCharacters')]
      : []),
  ];
  const ready = used > 0 && faults.length === 0 && lines.every(({ text }) => text.trim() !== '');

  const edit = (id: string, patch: Partial<Line>): void =>
    setLines(lines.map((line) => (line.id === id ? { ...line, ...patch } : line)));
  const add = (texts: readonly string[]): void =>
    setLines(
      [
        ...lines,
        ...texts.map((text) => ({ id: crypto.randomUUID(), text, mandatory: false })),
      ].slice(0, LIMITS.itemsPerList),
    );
  const move = (id: string, after: string | null): void => {
    const moved = lines.find((line) => line.id === id);
    const rest = lines.filter((line) => line.id !== id);
    const at = after === null ? 0 : rest.findIndex((line) => line.id === after) + 1;
    if (moved) setLines([...rest.slice(0, at), moved, ...rest.slice(at)]);
  };
  const save = async (): Promise<void> => {
    setSaving(true);
    setFailure(null);
    try {
      const items = lines.map((line) => ({ ...line, text: line.text.trim() }));
      await onSave({ name: name.trim(), items });
    } catch (error) {
      const { message, next } = asHostError(error);
      setFailure(`${message} ${next}`);
      setSaving(false);
    }
  };

  return (
    <section
      className="card editor"
      aria-label={template ? `Edit ${template.name}` : 'New template'}
    >
      <label className="field-label" htmlFor={field}>
        Name
      </label>
      <input
        id={field}
        className="field"
        value={name}
        autoFocus
        autoComplete="off"
        placeholder="Definition of done"
        aria-describedby={note}
        aria-invalid={faults.length > 0}
        onChange={(event) => setName(event.target.value)}
      />
      <p id={note} className={faults.length > 0 ? 'entry-note entry-note-over' : 'entry-note'}>
        {faults.length > 0
          ? faults.join(' ')
          : used > LIMITS.templateNameCharacters * 0.8
            ? `${used} of ${LIMITS.templateNameCharacters} characters`
            : ''}
      </p>
      <h3 className="field-label">Items</h3>
      <Sortable
        items={lines}
        label="Items of the template"
        className="items"
        nameOf={({ text }) => text}
        onMove={move}
      >
        {(line, handle) => (
          <div className="item item-editing" data-item={line.id}>
            {handle}
            <input
              className="field field-quiet"
              value={line.text}
              aria-label="Text of the item"
              aria-invalid={countCharacters(line.text) > LIMITS.itemTextCharacters}
              onChange={(event) => edit(line.id, { text: event.target.value })}
            />
            <label className="required-toggle">
              <input
                type="checkbox"
                checked={line.mandatory}
                onChange={(event) => edit(line.id, { mandatory: event.target.checked })}
              />
              Required
            </label>
            <IconButton
              label={`Remove ${line.text}`}
              title="Remove"
              icon={<CloseIcon />}
              onClick={() => setLines(lines.filter(({ id }) => id !== line.id))}
            />
          </div>
        )}
      </Sortable>
      {lines.length >= LIMITS.itemsPerList ? (
        <p className="limit-note">{limitSentence('itemsPerList')}</p>
      ) : (
        <TextEntry
          look="quiet"
          label="Add an item"
          placeholder="Add an item"
          limit={LIMITS.itemTextCharacters}
          submitLabel="Add"
          onSubmit={(text) => add([text])}
          onLines={add}
        />
      )}
      {failure !== null && (
        <Message tone="error" role="alert" title="The template was not saved.">
          {failure}
        </Message>
      )}
      <div className="row-of-buttons editor-actions">
        <Button look="primary" disabled={!ready || saving} onClick={() => void save()}>
          {saving ? 'Saving…' : 'Save'}
        </Button>
        <Button look="subtle" disabled={saving} onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </section>
  );
}
