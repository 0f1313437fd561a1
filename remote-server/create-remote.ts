import { createServer } from 'node:http';
import type { Server } from 'node:http';
import express from 'express';
import type { Express } from 'express';
import { createApiRouter } from './api/api-router.ts';
import type { RemoteConfig } from './config.ts';
import { createAceAdapter } from './connect/ace-adapter.ts';
import { startAce } from './connect/ace.ts';
import { pageModules, readDescriptor } from './connect/descriptor.ts';
import type { Descriptor } from './connect/descriptor.ts';
import { createLifecycleRouter } from './connect/lifecycle-router.ts';
import { requirePage } from './connect/require-page.ts';
import { createWebhookRouter } from './connect/webhook-router.ts';
import { checkTables } from './database/check-tables.ts';
import { createErrorHandler, notFoundHandler } from './errors/error-handler.ts';
import { createForgeRouter } from './forge/forge-router.ts';
import { createGuards } from './guards.ts';
import type { Guards } from './guards.ts';
import { createHealthRouter } from './health/health-router.ts';
import { bodyShim } from './http/body-shim.ts';
import { callerOf } from './http/caller.ts';
import { requestLog } from './http/request-log.ts';
import { timeLimit } from './http/time-limit.ts';
import { createAceLogger } from './logging/ace-logger.ts';
import { plainHeaders } from './pages/page-headers.ts';
import { createPageRouter } from './pages/page-router.ts';
import { createServices } from './services.ts';
import type { ServiceParts, Services } from './services.ts';

/** What the remote is given. Whoever makes the pool closes it, after `close`. */
export interface RemoteDeps extends ServiceParts {
  /** The frozen descriptor. */
  readonly descriptorFile?: URL;
  /** Folder of the built pages. */
  readonly builtPages?: URL;
  /** Milliseconds a route may take. Forge waits 25 seconds for a page's call. */
  readonly routeLimit?: number;
  /** Further routes, behind the guards they choose; for measurements and tests. */
  readonly extend?: (app: Express, guards: Guards) => void;
}

/** A remote that is ready to be served. */
export interface Remote {
  readonly app: Express;
  /** A server for the app that takes the large headers Forge sends. Not listening yet. */
  createServer(): Server;
  /** Resolves when nothing goes on behind the answered requests. */
  idle(): Promise<void>;
  /** Tries now to link the installations that wait, which otherwise happens by itself. */
  sweepLinks(): Promise<void>;
  /** Ends everything but the pool and the server. */
  close(): Promise<void>;
}

/** Forge's tokens carry the page's context; Node's own limit for all headers together is 16 KB. */
const HEADER_BYTES = 64 * 1024;
/** A list of 200 items with 1,000 characters each is 2.4 MB when every character is escaped. */
const BODY_LIMIT = '4mb';
const ROUTE_LIMIT = 20_000;
const DESCRIPTOR = new URL('../connect-modules/atlassian-connect.json', import.meta.url);
const BUILT_PAGES = new URL('../dist/ui/connect/', import.meta.url);

/**
 * Puts the remote together. The database must be migrated. Rejects when it may not be served from, when the descriptor is of
 * another app, or when atlassian-connect-express does not start.
 */
export async function createRemote(config: RemoteConfig, deps: RemoteDeps): Promise<Remote> {
  await checkTables(deps.pool);
  const descriptor = await readDescriptor(deps.descriptorFile ?? DESCRIPTOR, config);
  const services = createServices(config, deps);
  const app = express();
  try {
    await mount(app, config, deps, descriptor, services);
  } catch (error) {
    await services.close();
    throw error;
  }
  return {
    app,
    createServer: () => createServer({ maxHeaderSize: HEADER_BYTES }, app),
    idle: () => services.background.idle(),
    sweepLinks: () => services.keeper.sweep(),
    close: () => services.close(),
  };
}

/** The order matters: body parsers before every route that authenticates, ours before the library's, catch-alls last. */
async function mount(
  app: Express,
  config: RemoteConfig,
  deps: RemoteDeps,
  descriptor: Descriptor,
  services: Services,
): Promise<void> {
  const { pool, supplies, logger, storeOf, exportOf, site, linkStore, keeper } = services;
  const { baseUrl, hostScriptUrl } = config;
  const guards = createGuards(config, services);
  const adapter = createAceAdapter(services.tenants);

  app.disable('x-powered-by');
  app.set('etag', false);
  app.use(requestLog(logger), plainHeaders(), timeLimit(deps.routeLimit ?? ROUTE_LIMIT));
  app.use('/health', createHealthRouter(pool));
  app.get('/atlassian-connect.json', (_req, res) => res.json(descriptor));
  app.use(express.json({ limit: BODY_LIMIT }));
  app.use(express.urlencoded({ extended: false, limit: BODY_LIMIT }));
  app.use(bodyShim);

  app.use(
    createLifecycleRouter({ ...services, ...guards, settings: adapter, links: keeper, baseUrl }),
  );
  app.use(
    createWebhookRouter({ verify: guards.verifyRequest, storeOf, supplies, baseUrl, logger }),
  );
  const storeFor = (res: express.Response) => storeOf(callerOf(res).tenant);
  const api = createApiRouter({ storeFor, supplies, pool, exportOf, site, links: linkStore });
  const written = { db: services.db, supplies, committed: services.committed };
  app.use('/api', guards.context, api);
  app.use(
    '/forge',
    createForgeRouter({
      ...guards,
      keeper,
      store: linkStore,
      pool,
      exportOf,
      logger,
      api,
      written,
    }),
  );
  deps.extend?.(app, guards);

  const ace = await startAce({
    app,
    descriptor,
    baseUrl,
    hostScriptUrl,
    hostWhitelist: config.hostWhitelist,
    adapter,
    logger: createAceLogger(logger),
  });
  app.use(
    createPageRouter({
      modules: pageModules(descriptor),
      builtPages: deps.builtPages ?? BUILT_PAGES,
      hostScriptUrl,
      authenticate: requirePage(ace, services.tenants, services.now),
    }),
  );
  app.use(notFoundHandler, createErrorHandler(logger));
}
