const HEADER_END = '\r\n\r\n';

/**
 * The file in an upload: the body itself, or the field `file` of a form. Undefined for a form without it. The command line
 * sends that field without a file name, which a form reader takes for text; it is cut out as bytes here.
 */
export function uploadedFile(body: Buffer, contentType: string): Uint8Array | undefined {
  if (!contentType.startsWith('multipart/form-data')) return body;
  const boundary = /boundary="?([^";]+)"?/.exec(contentType)?.[1];
  if (boundary === undefined) return undefined;
  const mark = Buffer.from(`\r\n--${boundary}`);
  // The first boundary stands at the very beginning, without a line end before it.
  let from = body.indexOf(mark.subarray(2));
  while (from >= 0) {
    const headerEnd = body.indexOf(HEADER_END, from);
    const next = body.indexOf(mark, from + 1);
    if (headerEnd < 0 || next < 0) return undefined;
    const header = body.toString('latin1', from, headerEnd);
    if (/\bname="file"/i.test(header)) return body.subarray(headerEnd + HEADER_END.length, next);
    from = next + 2;
  }
  return undefined;
}
