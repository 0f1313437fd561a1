/**
 * The id under which an item is kept that a page of Forge makes in a list: made from the list's id and the one the page
 * minted. The same two give the same id, so a repeated request finds its first try. Nobody can choose it, so no page can
 * give an item the id of another list's item: Forge has no constraint that would refuse it, and the way back to Postgres,
 * where an item's id is its key, would move that item over. A UUID of version 8 (RFC 9562), from SHA-256.
 */
export async function ownItemId(listId: string, pageId: string): Promise<string> {
  const text = new TextEncoder().encode(`item ${listId} ${pageId}`);
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', text)).slice(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return [
    [0, 8],
    [8, 12],
    [12, 16],
    [16, 20],
    [20, 32],
  ]
    .map(([from, to]) => hex.slice(from, to))
    .join('-');
}
