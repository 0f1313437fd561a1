import type { ClipboardEvent, KeyboardEvent, ReactElement, Ref } from 'react';
import { forwardRef, useId, useImperativeHandle, useLayoutEffect, useRef, useState } from 'react';
import { countCharacters } from '../../checklist/index.ts';
import { Button } from './button.tsx';

/** The counter appears when this share of the limit is used. */
const COUNTER_FROM = 0.8;

export interface TextEntryProps {
  readonly label: string;
  readonly limit: number;
  readonly initial?: string;
  readonly placeholder?: string;
  readonly submitLabel: string;
  /** Left out, there is no cancel button and Escape empties the field. */
  readonly onCancel?: () => void;
  readonly onSubmit: (text: string) => void;
  /** Given, a paste of several lines comes here, line by line, instead of into the field. */
  readonly onLines?: (lines: string[]) => void;
  readonly focus?: boolean;
  readonly look?: 'framed' | 'quiet' | 'heading';
}

/**
 * One line of text that grows with its content. Enter saves, Escape cancels. Text over the limit stays in the field with a sentence
 * that says by how much; it is never cut. White space around the text is not kept.
 */
export const TextEntry = forwardRef(function TextEntry(
  props: TextEntryProps,
  ref: Ref<{ focus: () => void }>,
): ReactElement {
  const { label, limit, initial = '', placeholder, submitLabel, look = 'framed' } = props;
  const [text, setText] = useState(initial);
  const field = useRef<HTMLTextAreaElement>(null);
  const note = useId();
  const trimmed = text.trim();
  const used = countCharacters(trimmed);
  const over = used - limit;

  useImperativeHandle(ref, () => ({ focus: () => field.current?.focus() }));
  useLayoutEffect(() => {
    const element = field.current;
    if (!element) return;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight}px`;
  }, [text]);
  useLayoutEffect(() => {
    if (!props.focus) return;
    field.current?.focus();
    field.current?.select();
  }, [props.focus]);

  const submit = (): void => {
    if (over > 0) return;
    if (trimmed === '') props.onCancel?.();
    else props.onSubmit(trimmed);
    if (!props.onCancel) setText('');
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      event.preventDefault();
      submit();
    } else if (event.key === 'Escape') {
      event.preventDefault();
      if (props.onCancel) props.onCancel();
      else setText('');
    }
  };
  const onPaste = (event: ClipboardEvent): void => {
    const lines = event.clipboardData
      .getData('text')
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== '');
    if (!props.onLines || lines.length < 2 || text !== '') return;
    if (lines.some((line) => countCharacters(line) > limit)) return;
    event.preventDefault();
    props.onLines(lines);
  };

  const showCounter = used >= limit * COUNTER_FROM;
  return (
    <form
      className={`entry entry-${look}`}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <textarea
        ref={field}
        className="entry-field"
        rows={1}
        value={text}
        aria-label={label}
        aria-invalid={over > 0}
        {...(showCounter ? { 'aria-describedby': note } : {})}
        {...(placeholder === undefined ? {} : { placeholder })}
        onChange={(event) => setText(event.target.value.replaceAll(/\r?\n/g, ' '))}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
      />
      {showCounter && (
        <p
          id={note}
          className={over > 0 ? 'entry-note entry-note-over' : 'entry-note'}
          role="status"
        >
          {over > 0
            ? `${used.toLocaleString('en')} of ${limit.toLocaleString('en')} characters: shorten it by ${over.toLocaleString('en')}.`
            : `${used.toLocaleString('en')} of ${limit.toLocaleString('en')} characters`}
        </p>
      )}
      {(props.onCancel !== undefined || trimmed !== '') && (
        <div className="entry-actions">
          <Button look="primary" submit disabled={over > 0 || trimmed === ''}>
            {submitLabel}
          </Button>
          {props.onCancel && (
            <Button look="subtle" onClick={props.onCancel}>
              Cancel
            </Button>
          )}
        </div>
      )}
    </form>
  );
});
