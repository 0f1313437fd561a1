import type { ReactElement } from 'react';

/** Drawn here, 16 by 16, in the colour of the text around them; never read aloud. */
function icon(path: ReactElement): () => ReactElement {
  return function Icon() {
    return (
      <svg
        className="icon"
        width="16"
        height="16"
        viewBox="0 0 16 16"
        fill="none"
        aria-hidden="true"
        focusable="false"
      >
        {path}
      </svg>
    );
  };
}

function stroke(d: string, width = 1.5): ReactElement {
  return (
    <path
      d={d}
      stroke="currentColor"
      strokeWidth={width}
      strokeLinecap="round"
      strokeLinejoin="round"
    />
  );
}

export const AddIcon = icon(stroke('M8 2.75v10.5M2.75 8h10.5'));
export const CloseIcon = icon(stroke('m3.75 3.75 8.5 8.5m0-8.5-8.5 8.5'));
export const CheckIcon = icon(stroke('m3.5 8.5 3 3 6-7', 2));
export const DownloadIcon = icon(stroke('M8 2.25v8m-3.25-3L8 10.5l3.25-3.25M2.75 13.5h10.5'));
export const RefreshIcon = icon(stroke('M13.25 8A5.25 5.25 0 1 1 11.6 4.2M13.25 2v3h-3'));
export const ChevronDownIcon = icon(stroke('m4.5 6.5 3.5 3.5 3.5-3.5'));
export const MoreIcon = icon(
  <g fill="currentColor">
    <circle cx="3.25" cy="8" r="1.25" />
    <circle cx="8" cy="8" r="1.25" />
    <circle cx="12.75" cy="8" r="1.25" />
  </g>,
);
export const HandleIcon = icon(
  <g fill="currentColor">
    <circle cx="6" cy="4" r="1" />
    <circle cx="10" cy="4" r="1" />
    <circle cx="6" cy="8" r="1" />
    <circle cx="10" cy="8" r="1" />
    <circle cx="6" cy="12" r="1" />
    <circle cx="10" cy="12" r="1" />
  </g>,
);
export const InformationIcon = icon(
  <path
    fill="currentColor"
    fillRule="evenodd"
    d="M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm-.75 6.25h1.5v4.25h-1.5V7.25ZM8 4.25a1 1 0 1 1 0 2 1 1 0 0 1 0-2Z"
  />,
);
export const WarningIcon = icon(
  <path
    fill="currentColor"
    fillRule="evenodd"
    d="M8.87 1.5a1 1 0 0 0-1.74 0L.63 13a1 1 0 0 0 .87 1.5h13a1 1 0 0 0 .87-1.5l-6.5-11.5ZM7.25 5.5h1.5v4h-1.5v-4ZM8 10.75a1 1 0 1 1 0 2 1 1 0 0 1 0-2Z"
  />,
);
export const ErrorIcon = icon(
  <path
    fill="currentColor"
    fillRule="evenodd"
    d="M5.1 1a1 1 0 0 0-.7.3L1.3 4.4a1 1 0 0 0-.3.7v5.8c0 .27.1.52.3.7l3.1 3.1c.18.2.43.3.7.3h5.8c.27 0 .52-.1.7-.3l3.1-3.1c.2-.18.3-.43.3-.7V5.1a1 1 0 0 0-.3-.7l-3.1-3.1a1 1 0 0 0-.7-.3H5.1Zm2.15 3.5h1.5v4.25h-1.5V4.5ZM8 10a1 1 0 1 1 0 2 1 1 0 0 1 0-2Z"
  />,
);
export const SuccessIcon = icon(
  <path
    fill="currentColor"
    fillRule="evenodd"
    d="M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm3.6 5.05-4.2 4.9a.75.75 0 0 1-1.1.04L4.2 8.9l1.06-1.06 1.53 1.52 3.67-4.28 1.14.97Z"
  />,
);
