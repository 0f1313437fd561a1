import type { ReactElement } from 'react';

export interface ProgressBarProps {
  readonly label: string;
  /** Between 0 and 1; null shows an empty bar and says nothing about how far. */
  readonly fraction: number | null;
  readonly valueText?: string;
}

/** A thin bar. Its width is set through the style object, which a strict `style-src` allows. */
export function ProgressBar({ label, fraction, valueText }: ProgressBarProps): ReactElement {
  const percent = Math.round((fraction ?? 0) * 100);
  return (
    <div
      className={`progress ${percent === 100 ? 'progress-full' : ''}`}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      {...(fraction === null ? {} : { 'aria-valuenow': percent })}
      {...(valueText === undefined ? {} : { 'aria-valuetext': valueText })}
    >
      <div className="progress-fill" style={{ width: `${(fraction ?? 0) * 100}%` }} />
    </div>
  );
}
