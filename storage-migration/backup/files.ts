import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';

/** Customers' text: for the user of this process alone. */
const PRIVATE = 0o600;

/**
 * Writes a file so that it is there whole or not at all, whatever dies in between: into another name, to the disk, then
 * under its own.
 */
export async function writeWhole(folder: string, name: string, content: Buffer): Promise<void> {
  const unfinished = join(folder, `${name}.unfinished`);
  const file = await open(unfinished, 'w', PRIVATE);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(unfinished, join(folder, name));
  await syncFolder(folder);
}

/** Adds a line to a file and sees it to the disk. A line cut short by a crash is the last one. */
export async function appendLine(folder: string, name: string, line: string): Promise<void> {
  const file = await open(join(folder, name), 'a', PRIVATE);
  try {
    await file.writeFile(`${line}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The name of a file is on the disk only when its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const directory = await open(folder, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
