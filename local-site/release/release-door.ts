import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { readBytes, readText, sendAnswer } from '../server.ts';
import type { Handler } from '../server.ts';
import type { Answer } from '../types.ts';
import { Deployments } from './deployments.ts';
import { Environments } from './environments.ts';
import { InstallationTasks } from './installation-tasks.ts';
import { OPERATIONS } from './operations.ts';
import { ReleaseError } from './release-error.ts';
import type { ReleaseParts } from './release-parts.ts';
import type { ReleaseRooms, ReleaseSettings } from './release-rooms.ts';
import { Rollouts } from './rollouts.ts';
import { uploadedFile } from './uploaded-file.ts';
import { Uploads, UPLOADS_PATH } from './uploads.ts';

export interface ReleaseDoorOptions extends ReleaseRooms {
  /** Where artifacts are kept. Has to exist; what is in it stays. */
  readonly folder: string;
  readonly settings?: ReleaseSettings;
}

/** Where the real Forge CLI deploys to and installs from. */
export interface ReleaseDoor {
  /** For `FORGE_GRAPHQL_GATEWAY`. */
  readonly gateway: string;
  /** For `FORGE_RUNTIME_PATH`: the two files that the CLI puts into a bundle instead of Atlassian's. */
  readonly runtimePath: string;
  /** The door in front of another handler: takes what is its own and leaves the rest. */
  before(other: Handler): Handler;
  /** App folder of the latest artifact that was deployed to an environment, by the CLI's key of it. */
  artifact(environmentKey: string): string | undefined;
}

const GRAPHQL_PATH = '/graphql';
const ROOM = 'Forge CLI';
/** Ours: a query is small, an artifact with its source map some megabytes. */
const QUERY_LIMIT = 1024 * 1024;
const UPLOAD_LIMIT = 200 * 1024 * 1024;
const requestSchema = z.object({ query: z.string(), variables: z.unknown() });

/**
 * Makes the stand-in for Atlassian's GraphQL gateway and its upload addresses, as far as `forge deploy`, `install`,
 * `uninstall`, `variables` and `version` use them. An operation that it does not know is refused and recorded. It reads names
 * and variables only: whatever a query selects, it gets every field that the operation has.
 */
export function createReleaseDoor(options: ReleaseDoorOptions): ReleaseDoor {
  const { folder, settings = {}, ...rooms } = options;
  const { addresses = {} } = settings;
  const environments = new Environments(() => rooms.clock.now());
  const parts: ReleaseParts = {
    ...rooms,
    settings: { ...settings, addresses },
    environments,
    uploads: new Uploads(rooms.url),
    deployments: new Deployments(folder, rooms, { addresses }),
    tasks: new InstallationTasks(),
    rollouts: new Rollouts(),
  };
  return {
    gateway: rooms.url + GRAPHQL_PATH,
    runtimePath: fileURLToPath(new URL('runtime', import.meta.url)),
    before: (other) => async (request, response) => {
      const path = (request.url ?? '/').split('?')[0] ?? '/';
      if (path === GRAPHQL_PATH) await graphql(parts, request, response);
      else if (path.startsWith(UPLOADS_PATH)) await upload(parts, path, request, response);
      else await other(request, response);
    },
    artifact: (key) => parts.deployments.latest(environments.get(key))?.folder,
  };
}

async function graphql(
  parts: ReleaseParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readText(request, QUERY_LIMIT);
  if (!/^Basic \S+$/i.test(request.headers.authorization ?? '')) {
    sendAnswer(response, { status: 401, body: { message: 'Unauthorized' } });
    return;
  }
  const headers = { 'x-request-id': randomUUID() };
  sendAnswer(response, { status: 200, headers, body: await answer(parts, body) });
}

async function answer(parts: ReleaseParts, body: string): Promise<unknown> {
  try {
    const { query, variables } = requestSchema.parse(JSON.parse(body));
    const name = /\b(?:query|mutation)\s+(\w+)/.exec(query)?.[1] ?? 'a query without a name';
    const named = OPERATIONS.filter((each) => each.name === name);
    if (named.length === 0) throw unmodelled(parts, name);
    const wanted = named.find((each) => each.accepts(variables ?? {}));
    if (wanted === undefined) {
      throw new ReleaseError('BAD_VARIABLES', `${name} does not take these variables.`);
    }
    return { data: await wanted.answer(parts, variables ?? {}) };
  } catch (error) {
    const { message, code, statusCode } = asReleaseError(error);
    return { data: null, errors: [{ message, extensions: { errorType: code, statusCode } }] };
  }
}

function unmodelled({ register }: ReleaseParts, name: string): ReleaseError {
  register.refuse(ROOM, name);
  return new ReleaseError('NOT_MODELLED', `The local site does not model ${ROOM}: ${name}.`, 501);
}

function asReleaseError(error: unknown): ReleaseError {
  if (error instanceof ReleaseError) return error;
  if (error instanceof SyntaxError || error instanceof z.ZodError) {
    return new ReleaseError('BAD_REQUEST', 'This is no GraphQL request.', 400, { cause: error });
  }
  const message = error instanceof Error ? error.message : String(error);
  return new ReleaseError('INTERNAL', message, 500, { cause: error });
}

/** One upload: a PUT of the file itself, or a form with the field `file`, as for hosted resources. */
async function upload(
  parts: ReleaseParts,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const bytes = await readBytes(request, UPLOAD_LIMIT);
  const content = uploadedFile(bytes, request.headers['content-type'] ?? '');
  const refused = (status: number, message: string): Answer => ({ status, body: { message } });
  if (content === undefined) {
    sendAnswer(response, refused(400, 'The form has no field named file.'));
  } else if (!parts.uploads.receive(path, content)) {
    sendAnswer(response, refused(403, 'No such address was handed out.'));
  } else {
    sendAnswer(response, { status: 200 });
  }
}
