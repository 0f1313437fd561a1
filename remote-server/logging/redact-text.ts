const HIDDEN = '[hidden]';

/** Names whose values never belong in a log, however the text around them is written. */
const NAMES =
  '(?:shared_?secret|public_?key|x-acpt|acpt|jwt|authorization|x-forge-oauth-(?:system|user)|system_?token|user_?token|app_?token|access_?token|client_?secret|assertion|password)';

/** `"sharedSecret":"…"`, also inside a JSON string where the quotes are escaped, and `sharedSecret: '…'`. */
const QUOTED = new RegExp(
  `(${NAMES}(?:\\\\*["'])?\\s*[:=]\\s*)(\\\\*)(["'])((?:(?!\\2\\3)[\\s\\S])*)\\2\\3`,
  'gi',
);

/** `sharedSecret=…&` as in a canonical request, `authorization: JWT …` as in a header dump. */
const BARE = new RegExp(
  `(\\b${NAMES}(?:\\\\*["'])?\\s*[:=]\\s*)((?:Bearer|JWT|Basic)\\s+)?([^\\s"'\\\\&,;}\\]]+)`,
  'gi',
);

const SCHEME = /\b(Bearer|JWT|Basic)\s+[\w.~+/=-]{8,}/g;
const JWT = /\beyJ[\w-]+\.[\w-]*\.?[\w-]*/g;
const URL_PASSWORD = /\b([a-z][a-z0-9+.-]*:\/\/[^\s:/@"'\\]+):[^\s@"'\\]+@/gi;

/**
 * Takes secrets out of one log line, whatever wrote them there: shared secrets, tokens of Connect and Forge,
 * authorization headers, passwords in URLs. atlassian-connect-express writes a whole `sharedSecret=…` into an error when
 * the query hash of an install does not match, so keys of objects are not enough. Leaves valid JSON valid.
 */
export function redactText(text: string): string {
  return text
    .replace(QUOTED, (_all, head: string, slashes: string, quote: string) => {
      return `${head}${slashes}${quote}${HIDDEN}${slashes}${quote}`;
    })
    .replace(BARE, (all: string, head: string, scheme: string | undefined, value: string) => {
      return value === HIDDEN || value === '[hidden' ? all : `${head}${scheme ?? ''}${HIDDEN}`;
    })
    .replace(JWT, HIDDEN)
    .replace(SCHEME, `$1 ${HIDDEN}`)
    .replace(URL_PASSWORD, `$1:${HIDDEN}@`);
}
