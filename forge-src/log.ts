/**
 * One line of data in Forge's log: `event` first, then the fields. Takes no customer text and no tokens; the platform adds
 * the installation and the time.
 */
export function log(event: string, fields: Readonly<Record<string, string | number>> = {}): void {
  console.log(JSON.stringify({ event, ...fields }));
}
