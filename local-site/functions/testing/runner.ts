import { join } from 'node:path';
import { buildFixture } from '../fixture/build-fixture.ts';
import { FunctionRunner } from '../function-runner.ts';
import type { ChildSettings } from '../child-process.ts';
import { FunctionError } from '../invocation.ts';
import type { Invocation, InvocationMeta, LogLine } from '../invocation.ts';

/** What a test changes about its call. */
export type TestCall = Partial<Omit<Invocation, 'meta'>> & { meta?: Partial<InvocationMeta> };

/** The fixture's bundle in a runner, without a platform around it. */
export interface TestRunner {
  readonly runner: FunctionRunner;
  readonly logs: LogLine[];
  readonly unmodelled: string[];
  /** Calls a key of the fixture's resolver. */
  call(key: string, payload?: unknown, more?: TestCall): Promise<unknown>;
  /** The error of a call that has to fail. */
  failure(key: string, payload?: unknown, more?: TestCall): Promise<FunctionError>;
  close(): Promise<void>;
}

export async function startRunner(settings: Partial<ChildSettings> = {}): Promise<TestRunner> {
  const fixture = await buildFixture();
  const logs: LogLine[] = [];
  const unmodelled: string[] = [];
  const runner = new FunctionRunner({
    bundleDir: join(fixture.appDir, 'src'),
    variables: { GREETING: 'hello' },
    memoryMB: 256,
    onLog: (line) => logs.push(line),
    onUnmodelled: (what) => unmodelled.push(what),
    ...settings,
  });
  const call: TestRunner['call'] = (key, payload = {}, more = {}) =>
    runner.invoke(invocationOf(key, payload, more));
  return {
    runner,
    logs,
    unmodelled,
    call,
    async failure(key, payload, more) {
      try {
        await call(key, payload, more);
      } catch (error) {
        if (error instanceof FunctionError) return error;
        throw error;
      }
      throw new Error('It did not fail.');
    },
    async close() {
      await runner.close();
      await fixture.remove();
    },
  };
}

let calls = 0;

function invocationOf(key: string, payload: unknown, more: TestCall): Invocation {
  calls += 1;
  return {
    handler: 'index.resolver',
    event: { call: { functionKey: key, payload }, context: {} },
    timeLimit: 10_000,
    ...more,
    meta: {
      proxy: { url: 'http://localhost:1', token: 'none' },
      contextAri: 'ari:cloud:jira::site/1',
      cloudId: '1',
      appContext: {
        appId: '11111111-2222-4333-8444-555555555555',
        appVersion: '1.0.0',
        environmentId: '66666666-2222-4333-8444-555555555555',
        environmentType: 'DEVELOPMENT',
        invocationId: `call-${calls}`,
        installationId: '77777777-2222-4333-8444-555555555555',
        functionKey: 'resolver',
        moduleType: 'jira:adminPage',
        moduleKey: 'admin',
        permissions: { scopes: [] },
      },
      tracing: { traceId: '0'.repeat(32), spanId: '0'.repeat(16) },
      ...more.meta,
    },
  };
}
