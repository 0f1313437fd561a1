import { randomUUID } from 'node:crypto';
import { ReleaseError } from './release-error.ts';

/** Path of the door below which uploads go. */
export const UPLOADS_PATH = '/release/uploads/';

/**
 * Addresses to upload to, as the real platform hands them out: whoever has the address may upload, once per address. What was
 * uploaded stays in memory until it is taken or the local site ends.
 */
export class Uploads {
  readonly #base: string;
  readonly #content = new Map<string, Uint8Array | undefined>();
  readonly #groups = new Map<string, ReadonlyMap<string, string>>();

  /** @param url where the door is served */
  constructor(url: string) {
    this.#base = url + UPLOADS_PATH;
  }

  /** A new address. */
  address(): string {
    const address = this.#base + randomUUID();
    this.#content.set(address, undefined);
    return address;
  }

  /** One address for each key, and the id under which they are found together. */
  group(keys: readonly string[]): { readonly id: string; readonly addresses: readonly string[] } {
    const id = randomUUID();
    const addresses = new Map(keys.map((key) => [key, this.address()]));
    this.#groups.set(id, addresses);
    return { id, addresses: [...addresses.values()] };
  }

  /** Takes in what came to a path. Returns false when no such address was handed out. */
  receive(path: string, content: Uint8Array): boolean {
    const address = this.#base + path.slice(UPLOADS_PATH.length);
    if (!this.#content.has(address)) return false;
    this.#content.set(address, content);
    return true;
  }

  /** @throws ReleaseError `UPLOAD_MISSING` */
  take(address: string): Uint8Array {
    const content = this.#content.get(address);
    this.#content.delete(address);
    if (content === undefined) {
      throw new ReleaseError('UPLOAD_MISSING', `Nothing was uploaded to ${address}.`);
    }
    return content;
  }

  /** What was uploaded for each key of a group. @throws ReleaseError `HOSTED_RESOURCE_UPLOAD_ID_MISSING`, `UPLOAD_MISSING` */
  takeGroup(id: string): Map<string, Uint8Array> {
    const addresses = this.#groups.get(id);
    this.#groups.delete(id);
    if (addresses === undefined) {
      throw new ReleaseError('HOSTED_RESOURCE_UPLOAD_ID_MISSING', `No resources under ${id}.`);
    }
    return new Map([...addresses].map(([key, address]) => [key, this.take(address)]));
  }
}
