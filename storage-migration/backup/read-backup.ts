import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LayerError } from '../errors.ts';
import { splitKey, type GroupDefinition } from '../record/define-record.ts';
import { parseRecord, type BackupRecord } from './backup-record.ts';
import { MANIFEST, parseManifest, type Manifest, type Part } from './manifest.ts';

/** Reads the manifest of a backup. Throws `backup.incomplete` when there is none: the export has not ended. */
export async function readManifest(folder: string): Promise<Manifest> {
  let text: string;
  try {
    text = await readFile(join(folder, MANIFEST), 'utf8');
  } catch (cause) {
    throw new LayerError('backup.incomplete', `${folder} holds no ${MANIFEST}`, { cause });
  }
  return parseManifest(text);
}

/**
 * Reads one part, whole, and holds it against its checksum: what is handed out is what was written. Throws
 * `backup.damaged` with the part's name when it is missing, cut short, changed, or another part under this name, and
 * `backup.malformed` with the line when a line is no record of this group.
 */
export async function readPart(
  folder: string,
  part: Part,
  group: GroupDefinition,
): Promise<readonly BackupRecord[]> {
  const content = await contentOf(folder, part);
  const sum = createHash('sha256').update(content).digest('hex');
  if (sum !== part.sha256) {
    throw new LayerError('backup.damaged', `${part.name} does not match its checksum`);
  }
  const lines = content.toString('utf8').split('\n');
  lines.pop();
  const records = lines.map((text, index) => {
    const record = parseRecord(text);
    if (record === undefined || !group.records.has(splitKey(record.key).type)) {
      const what = `line ${index + 1} of ${part.name} is no record of ${group.group}`;
      throw new LayerError('backup.malformed', what);
    }
    return record;
  });
  if (records.length !== part.records) {
    const counts = `${records.length} records, its manifest says ${part.records}`;
    throw new LayerError('backup.damaged', `${part.name} has ${counts}`);
  }
  return records;
}

/** Size before content: a file that grew is not read into memory to find that out. */
async function contentOf(folder: string, part: Part): Promise<Buffer> {
  const path = join(folder, part.name);
  try {
    const { size } = await stat(path);
    if (size === part.bytes) return await readFile(path);
    const sizes = `${size} bytes, its manifest says ${part.bytes}`;
    throw new LayerError('backup.damaged', `${part.name} has ${sizes}`);
  } catch (cause) {
    if (cause instanceof LayerError) throw cause;
    throw new LayerError('backup.damaged', `${part.name} can not be read`, { cause });
  }
}

/** Reads every part once and throws what `readPart` throws, before anything is done with any of them. */
export async function checkBackup(
  folder: string,
  manifest: Manifest,
  group: GroupDefinition,
): Promise<void> {
  const { mapping, group: name } = manifest;
  if (name !== group.group || mapping !== group.mapping) {
    throw new LayerError(
      'layer.version_mismatch',
      `the backup is of group ${name}, mapping ${mapping}; this process has ${group.group}, ${group.mapping}`,
    );
  }
  let [records, tombstones, highest] = [0, 0, 0];
  for (const part of manifest.parts) {
    for (const { version, deleted } of await readPart(folder, part, group)) {
      records += 1;
      if (deleted) tombstones += 1;
      highest = Math.max(highest, version.e);
    }
  }
  if (
    records !== manifest.records ||
    tombstones !== manifest.tombstones ||
    highest !== manifest.highestEpoch
  ) {
    throw new LayerError('backup.damaged', `the parts do not add up to what ${MANIFEST} says`);
  }
}
