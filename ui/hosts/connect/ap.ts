/**
 * The part of Atlassian's page script (`all.js`) that Tally uses. It is put on `window` by the script tag that the server writes
 * into the page.
 */
export interface AtlassianPage {
  readonly context: {
    /** Gives a JWT whose `qsh` is `context-qsh`; short-lived. */
    getToken(callback: (token: string) => void): unknown;
  };
  resize(width: string, height: string): void;
  readonly theming?: { initializeTheming(): unknown };
}

declare global {
  interface Window {
    readonly AP?: AtlassianPage;
  }
}

/** The page script, or an error that says what is missing. */
export function atlassianPage(): AtlassianPage {
  const page = window.AP;
  if (!page) {
    throw new Error('This page works inside Jira only: the Atlassian page script is not there.');
  }
  return page;
}
