import { readFile, realpath } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html;charset=UTF-8',
  '.js': 'text/javascript;charset=UTF-8',
  '.mjs': 'text/javascript;charset=UTF-8',
  '.css': 'text/css;charset=UTF-8',
  '.json': 'application/json;charset=UTF-8',
  '.map': 'application/json;charset=UTF-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.gif': 'image/gif',
  '.ico': 'image/x-icon',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
};

export interface ResourceFile {
  readonly type: string;
  readonly bytes: Buffer;
  readonly isPage: boolean;
}

/**
 * A file of a resource's folder; the folder itself means `index.html`. Undefined when it does not exist or would lie
 * outside the folder.
 */
export async function readResourceFile(
  folder: string,
  path: string,
): Promise<ResourceFile | undefined> {
  const name = path === '' || path.endsWith('/') ? `${path}index.html` : path;
  try {
    const root = await realpath(folder);
    const file = await realpath(join(root, name));
    if (!file.startsWith(root + sep)) return undefined;
    const extension = extname(file).toLowerCase();
    const type = TYPES[extension] ?? 'application/octet-stream';
    return { type, bytes: await readFile(file), isPage: extension === '.html' };
  } catch {
    return undefined;
  }
}
