import type { ButtonHTMLAttributes, ReactElement, ReactNode, Ref } from 'react';
import { forwardRef } from 'react';

export interface ButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'type'> {
  readonly look?: 'default' | 'primary' | 'subtle' | 'danger';
  readonly icon?: ReactNode;
  readonly submit?: boolean;
}

/** A button with words. `submit` makes it the one its form uses. */
export const Button = forwardRef(function Button(
  { look = 'default', icon, submit = false, className = '', children, ...rest }: ButtonProps,
  ref: Ref<HTMLButtonElement>,
): ReactElement {
  return (
    <button
      {...rest}
      ref={ref}
      type={submit ? 'submit' : 'button'}
      className={`button button-${look} ${className}`}
    >
      {icon}
      {children}
    </button>
  );
});

export interface IconButtonProps extends Omit<
  ButtonHTMLAttributes<HTMLButtonElement>,
  'type' | 'aria-label' | 'children'
> {
  /** The name that is read aloud and shown on hover. */
  readonly label: string;
  readonly icon: ReactNode;
}

/** A button without words: its name is given to assistive technology and as a tooltip. */
export const IconButton = forwardRef(function IconButton(
  { label, icon, className = '', ...rest }: IconButtonProps,
  ref: Ref<HTMLButtonElement>,
): ReactElement {
  return (
    <button
      title={label}
      {...rest}
      ref={ref}
      type="button"
      aria-label={label}
      className={`icon-button ${className}`}
    >
      {icon}
    </button>
  );
});
