import type { ReactElement, ReactNode } from 'react';
import { CloseIcon, ErrorIcon, InformationIcon, SuccessIcon, WarningIcon } from './icons.tsx';
import { IconButton } from './button.tsx';

const ICONS = {
  information: InformationIcon,
  success: SuccessIcon,
  warning: WarningIcon,
  error: ErrorIcon,
};

export interface MessageProps {
  readonly tone: keyof typeof ICONS;
  readonly title: ReactNode;
  readonly children?: ReactNode;
  /** Null or undefined: none. */
  readonly actions?: ReactNode;
  readonly onDismiss?: () => void;
  /** `alert` interrupts a screen reader, `status` waits; left out, nothing is announced. */
  readonly role?: 'alert' | 'status';
}

/** A message in the flow of the page, with shape and words beside the colour. */
export function Message({
  tone,
  title,
  children,
  actions,
  onDismiss,
  role,
}: MessageProps): ReactElement {
  const Icon = ICONS[tone];
  return (
    <div className={`message message-${tone}`} {...(role === undefined ? {} : { role })}>
      <span className="message-icon">
        <Icon />
      </span>
      <div className="message-body">
        <p className="message-title">{title}</p>
        {children !== undefined && <div className="message-text">{children}</div>}
        {actions != null && <div className="message-actions">{actions}</div>}
      </div>
      {onDismiss && <IconButton label="Dismiss" icon={<CloseIcon />} onClick={onDismiss} />}
    </div>
  );
}
