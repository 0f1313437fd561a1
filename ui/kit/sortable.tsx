import { combine } from '@atlaskit/pragmatic-drag-and-drop/combine';
import {
  draggable,
  dropTargetForElements,
} from '@atlaskit/pragmatic-drag-and-drop/element/adapter';
import {
  attachClosestEdge,
  extractClosestEdge,
} from '@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge';
import type { ReactElement, ReactNode } from 'react';
import { useEffect, useId, useRef, useState } from 'react';
import { DragHandle } from './drag-handle.tsx';
import { useKeyboardMove } from './use-keyboard-move.ts';

export interface SortableProps<T extends { readonly id: string }> {
  readonly items: readonly T[];
  readonly label: string;
  readonly className?: string;
  readonly nameOf: (item: T) => string;
  /** The item was put right behind `after`, or first. Not called when it was put where it stood. */
  readonly onMove: (id: string, after: string | null) => void;
  /** Draws a row; `handle` is the grip to place in it. */
  readonly children: (item: T, handle: ReactNode) => ReactNode;
}

/** A list that can be put in order by dragging a grip and by the keyboard on the same grip. */
export function Sortable<T extends { readonly id: string }>(props: SortableProps<T>): ReactElement {
  const { items, nameOf, onMove } = props;
  const group = useId();
  const keyboard = useKeyboardMove(items, nameOf, onMove);

  const dropped = (id: string, target: string, edge: 'before' | 'behind'): void => {
    const others = items.filter((item) => item.id !== id);
    const at = others.findIndex((item) => item.id === target);
    const after = edge === 'behind' ? target : (others[at - 1]?.id ?? null);
    if (after !== before(items, id)) onMove(id, after);
  };

  return (
    <ul className={props.className ?? ''} aria-label={props.label}>
      {keyboard.order.map((item) => (
        <Row
          key={item.id}
          id={item.id}
          group={group}
          grabbed={keyboard.grabbed === item.id}
          onDropped={dropped}
        >
          {(handle) =>
            props.children(
              item,
              <DragHandle
                ref={handle}
                name={nameOf(item)}
                grabbed={keyboard.grabbed === item.id}
                onKeyDown={(event) => keyboard.onKeyDown(item.id, event)}
                onBlur={(event) => keyboard.onBlur(item.id, event.currentTarget)}
              />,
            )
          }
        </Row>
      ))}
    </ul>
  );
}

interface RowProps {
  readonly id: string;
  readonly group: string;
  readonly grabbed: boolean;
  readonly onDropped: (id: string, target: string, edge: 'before' | 'behind') => void;
  readonly children: (handle: React.RefObject<HTMLButtonElement>) => ReactNode;
}

function Row({ id, group, grabbed, onDropped, children }: RowProps): ReactElement {
  const row = useRef<HTMLLIElement>(null);
  const handle = useRef<HTMLButtonElement>(null);
  const latest = useRef(onDropped);
  latest.current = onDropped;
  const [dragging, setDragging] = useState(false);
  const [edge, setEdge] = useState<'before' | 'behind' | null>(null);

  useEffect(() => {
    const element = row.current;
    const dragHandle = handle.current;
    if (!element || !dragHandle) return;
    const edgeOf = (data: Record<string | symbol, unknown>): 'before' | 'behind' =>
      extractClosestEdge(data) === 'top' ? 'before' : 'behind';
    return combine(
      draggable({
        element,
        dragHandle,
        getInitialData: () => ({ group, id }),
        onDragStart: () => setDragging(true),
        onDrop: () => setDragging(false),
      }),
      dropTargetForElements({
        element,
        canDrop: ({ source }) => source.data['group'] === group && source.data['id'] !== id,
        getData: ({ input }) =>
          attachClosestEdge({ group, id }, { element, input, allowedEdges: ['top', 'bottom'] }),
        onDrag: ({ self }) => setEdge(edgeOf(self.data)),
        onDragLeave: () => setEdge(null),
        onDrop: ({ self, source }) => {
          setEdge(null);
          latest.current(String(source.data['id']), id, edgeOf(self.data));
        },
      }),
    );
  }, [group, id]);

  const state = dragging ? 'dragging' : grabbed ? 'grabbed' : 'resting';
  return (
    <li ref={row} className="sortable-row" data-state={state} data-edge={edge ?? 'none'}>
      {children(handle)}
    </li>
  );
}

/** The id right before `id`, or null. */
function before(items: readonly { readonly id: string }[], id: string): string | null {
  return items[items.findIndex((item) => item.id === id) - 1]?.id ?? null;
}
