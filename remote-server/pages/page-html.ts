/** What a built page needs to know to run inside Jira. */
export interface PageFacts {
  /** Address of the Connect script, `all.js`. */
  readonly hostScriptUrl: string;
  /** Where the page's relative addresses begin, with a slash at the end. */
  readonly base: string;
}

/**
 * Puts the Connect script and the base address into a built page. A page may say itself where the script goes, with the
 * placeholder `{{hostScriptUrl}}`; otherwise it is the first script of the head.
 */
export function pageHtml(html: string, { hostScriptUrl, base }: PageFacts): string {
  const script = escapeAttribute(hostScriptUrl);
  const placed = html.includes('{{hostScriptUrl}}');
  const head = [
    `<base href="${escapeAttribute(base)}">`,
    ...(placed ? [] : [`<script src="${script}"></script>`]),
  ].join('');
  return html
    .replace(/<head\b[^>]*>/i, (tag) => `${tag}${head}`)
    .replaceAll('{{hostScriptUrl}}', script);
}

function escapeAttribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
