import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { CliError } from './cli-error.ts';

/**
 * A JSON or YAML file (JSON is YAML).
 *
 * @throws CliError `file_unreadable` with the name of the option and of the file.
 */
export async function readDataFile(option: string, file: string): Promise<unknown> {
  try {
    return parse(await readFile(file, 'utf8')) as unknown;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CliError('file_unreadable', `${option} ${file} can not be read: ${reason}`, {
      cause,
    });
  }
}
