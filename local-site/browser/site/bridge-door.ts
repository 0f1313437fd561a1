import { z } from 'zod';
import type { Answer, Origin, UiModule } from '../../types.ts';
import type { Visit } from '../http/visit.ts';
import type { BrowserWorld } from '../options.ts';
import { forgeExtension } from '../pages/frames.ts';
import { fetchProduct } from './fetch-product.ts';
import { fetchRemote, invokeRemote } from './remote-calls.ts';
import { SubjectKeys, subjectOf } from './subject.ts';

const BridgeRequest = z.object({
  ...SubjectKeys,
  moduleKey: z.string(),
  operation: z.string(),
  payload: z.unknown().optional(),
});
const Invocation = z.object({
  functionKey: z.string().optional(),
  invokeType: z.string().optional(),
  payload: z.unknown().optional(),
  metadata: z.unknown().optional(),
});

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
  const module = world.platform.app?.uiModules.find(({ key }) => key === request.moduleKey);
  const subject = subjectOf(world, visit, request);
  if (module === undefined || visit.site.generation !== 'hybrid' || subject === undefined) {
    return { status: 404, body: { message: `The app has no module ${request.moduleKey} here.` } };
  }
  const origin: Origin = {
    site: visit.site,
    moduleKey: module.key,
    moduleType: module.type,
    accountId: visit.user.accountId,
    extension: forgeExtension(module.type, subject),
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
