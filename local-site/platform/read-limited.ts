import { PlatformError } from './platform-error.ts';

/**
 * The whole body of a response, read no further than `limit` bytes.
 *
 * @throws PlatformError `response_too_large`; the connection is given up then.
 */
export async function readLimited(response: Response, limit: number): Promise<Uint8Array> {
  const declared = Number(response.headers.get('content-length') ?? 0);
  const chunks: Uint8Array[] = [];
  let size = 0;
  const tooLarge = async (): Promise<never> => {
    await response.body?.cancel().catch(() => undefined);
    throw new PlatformError(
      'response_too_large',
      `${response.url} answered with more than ${limit / 1024 / 1024} MB.`,
    );
  };
  if (declared > limit) return tooLarge();
  if (response.body === null) return new Uint8Array();
  const reader = response.body.getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    size += read.value.byteLength;
    if (size > limit) {
      reader.releaseLock();
      return tooLarge();
    }
    chunks.push(read.value);
  }
  return Buffer.concat(chunks, size);
}
