import { z } from 'zod';
import type { Answer, Origin, UiModule } from '../../types.ts';
import { forgeExtension } from '../frames/forge-context.ts';
import { Purpose } from '../frames/purpose.ts';
import type { Visit } from '../http/visit.ts';
import { appOn } from '../options.ts';
import type { BrowserWorld } from '../options.ts';
import { fetchProduct } from './fetch-product.ts';
import { fetchRemote, invokeRemote } from './remote-calls.ts';
import { SubjectKeys, subjectOf } from './subject.ts';

const BridgeRequest = z.object({
  ...SubjectKeys,
  moduleKey: z.string(),
  purpose: Purpose.default({}),
  /** Address of the host page, as the browser has it. */
  location: z.string().default(''),
  operation: z.string(),
  payload: z.unknown().optional(),
});
const Invocation = z.object({
  functionKey: z.string().optional(),
  invokeType: z.string().optional(),
  payload: z.unknown().optional(),
  metadata: z.unknown().optional(),
});

/** Front-end invocation request payload size [doc: Forge, "Invocation limits"]. */
const MAX_INVOCATION_BYTES = 500 * 1024;

/**
 * `POST /_local/bridge`: the operations of a Custom UI frame that need a server. Answers `{result}`, or `{message}` with
 * an error status, which the frame sees as a rejection.
 */
export async function bridgeAnswer(
  world: BrowserWorld,
  visit: Visit,
  body: unknown,
): Promise<Answer> {
  const request = BridgeRequest.parse(body);
  const app = appOn(world, visit.site);
  const module = app?.uiModules.find(({ key }) => key === request.moduleKey);
  const subject = subjectOf(world, visit, request);
  if (app === undefined || module === undefined || subject === undefined) {
    return { status: 404, body: { message: `The app has no module ${request.moduleKey} here.` } };
  }
  const { purpose, location } = request;
  const origin: Origin = {
    site: visit.site,
    moduleKey: module.key,
    moduleType: module.type,
    accountId: visit.user.accountId,
    extension: forgeExtension({ world, visit, subject, app, location }, module, purpose),
  };
  const { operation, payload } = request;
  try {
    if (operation === 'invoke') return await invoke(world, origin, module, payload);
    if (operation === 'fetchProduct') return result(await fetchProduct(world, visit, payload));
    if (operation === 'fetchRemote') return result(await fetchRemote(world, origin, payload));
  } catch (error) {
    // What the function or the platform says is what the frame sees, as in production.
    const message = error instanceof Error ? error.message : String(error);
    return { status: 502, body: { message } };
  }
  return world.register.refuse('bridge', operation);
}

async function invoke(
  world: BrowserWorld,
  origin: Origin,
  module: UiModule,
  payload: unknown,
): Promise<Answer> {
  if (Buffer.byteLength(JSON.stringify(payload ?? null)) > MAX_INVOCATION_BYTES) {
    return { status: 413, body: { message: 'The payload of an invocation is limited to 500 KB.' } };
  }
  const call = Invocation.parse(payload);
  if (call.invokeType === 'ui-remote-fetch') {
    return result(await invokeRemote(world, origin, module, payload));
  }
  if (call.invokeType !== undefined || call.functionKey === undefined) {
    return world.register.refuse('bridge', `invoke with ${call.invokeType ?? 'no function key'}`);
  }
  const value = await world.platform.invokeResolver(origin, call.functionKey, call.payload);
  return result(call.metadata === undefined ? value : { body: value, metadata: {} });
}

function result(value: unknown): Answer {
  return { status: 200, body: { result: value } };
}
