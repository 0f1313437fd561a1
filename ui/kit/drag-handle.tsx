import type { ButtonHTMLAttributes, ReactElement, Ref } from 'react';
import { forwardRef } from 'react';
import { HandleIcon } from './icons.tsx';

export interface DragHandleProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly name: string;
  readonly grabbed: boolean;
}

/** The grip of a row: drag it, or press Space on it and move with the arrows. */
export const DragHandle = forwardRef(function DragHandle(
  { name, grabbed, ...rest }: DragHandleProps,
  ref: Ref<HTMLButtonElement>,
): ReactElement {
  return (
    <button
      {...rest}
      ref={ref}
      type="button"
      className="drag-handle"
      aria-label={`Move: ${name}`}
      aria-pressed={grabbed}
      aria-description="Press space to pick up, arrow keys to move, space to drop, escape to cancel."
      title="Drag to move, or press space and use the arrow keys"
    >
      <HandleIcon />
    </button>
  );
});
