import type { KeyboardEvent, ReactElement, ReactNode } from 'react';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';

export interface MenuAction {
  readonly label: string;
  readonly hint?: string;
  readonly danger?: boolean;
  readonly run: () => void;
}

export interface MenuSection {
  readonly title?: string;
  readonly actions: readonly MenuAction[];
  /** Shown in place of actions: still loading, none, or why they cannot be shown. */
  readonly note?: ReactNode;
}

export interface TriggerProps {
  readonly ref: (element: HTMLButtonElement | null) => void;
  readonly 'aria-haspopup': 'menu';
  readonly 'aria-expanded': boolean;
  readonly onClick: () => void;
}

export interface MenuProps {
  readonly label: string;
  readonly sections: readonly MenuSection[];
  readonly trigger: (props: TriggerProps) => ReactElement;
  readonly onOpen?: () => void;
}

/**
 * A menu button after the ARIA pattern: arrows, Home, End, Escape, Tab. It opens upwards where there is no room below, and where there
 * is none above either it asks the page to grow, because a frame inside Jira cuts off what hangs out.
 */
export function Menu({ label, sections, trigger, onOpen }: MenuProps): ReactElement {
  const [open, setOpen] = useState(false);
  const [upwards, setUpwards] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const popup = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement | null>(null);

  const close = (refocus: boolean): void => {
    setOpen(false);
    if (refocus) button.current?.focus();
  };

  useEffect(() => {
    if (!open) return;
    const away = (event: Event): void => {
      if (event.target instanceof Node && !root.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener('pointerdown', away);
    window.addEventListener('blur', away);
    return () => {
      document.removeEventListener('pointerdown', away);
      window.removeEventListener('blur', away);
    };
  }, [open]);

  useLayoutEffect(() => {
    if (!open) return;
    const page = document.documentElement.style;
    const box = popup.current?.getBoundingClientRect();
    const anchor = button.current?.getBoundingClientRect();
    if (box && anchor) {
      const missing = anchor.bottom + box.height + 12 - window.innerHeight;
      const fitsAbove = anchor.top > box.height + 8;
      setUpwards(missing > 0 && fitsAbove);
      if (missing > 0 && !fitsAbove) page.setProperty('--menu-room', `${Math.ceil(missing)}px`);
    }
    actionsIn(popup.current)[0]?.focus();
    return () => {
      page.removeProperty('--menu-room');
    };
  }, [open]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const actions = actionsIn(popup.current);
    const at = actions.findIndex((action) => action === document.activeElement);
    const target = {
      ArrowDown: actions[(at + 1) % actions.length],
      ArrowUp: actions.at(at <= 0 ? -1 : at - 1),
      Home: actions[0],
      End: actions.at(-1),
    }[event.key];
    if (target) {
      event.preventDefault();
      target.focus();
    } else if (event.key === 'Escape') {
      event.preventDefault();
      close(true);
    } else if (event.key === 'Tab') {
      close(false);
    }
  };

  return (
    <div className="menu" ref={root}>
      {trigger({
        ref: (element) => (button.current = element),
        'aria-haspopup': 'menu',
        'aria-expanded': open,
        onClick: () => {
          if (!open) onOpen?.();
          setUpwards(false);
          setOpen(!open);
        },
      })}
      {open && (
        <div
          className={`menu-popup ${upwards ? 'menu-popup-up' : ''}`}
          role="menu"
          aria-label={label}
          ref={popup}
          onKeyDown={onKeyDown}
          tabIndex={-1}
        >
          {sections.map((section, index) => (
            <div
              key={section.title ?? index}
              role="group"
              className="menu-section"
              {...(section.title === undefined ? {} : { 'aria-label': section.title })}
            >
              {section.title !== undefined && <div className="menu-title">{section.title}</div>}
              {section.actions.map((action, at) => (
                <button
                  key={`${action.label}-${at}`}
                  type="button"
                  role="menuitem"
                  tabIndex={-1}
                  className={`menu-action ${action.danger ? 'menu-action-danger' : ''}`}
                  onClick={() => {
                    close(true);
                    action.run();
                  }}
                >
                  <span className="menu-action-label">{action.label}</span>
                  {action.hint !== undefined && <span className="menu-hint">{action.hint}</span>}
                </button>
              ))}
              {section.note !== undefined && <div className="menu-note">{section.note}</div>}
            </div>
          ))}
        </div>
      )}
    </div>
  );
}

function actionsIn(popup: HTMLElement | null): HTMLElement[] {
  return [...(popup?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];
}
