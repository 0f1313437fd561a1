import type { Express, RequestHandler } from 'express';
import ace from 'atlassian-connect-express';
import type { AceLogger } from '../logging/ace-logger.ts';
import type { AceAdapter } from './ace-adapter.ts';
import type { Descriptor } from './descriptor.ts';

/** What the remote uses of atlassian-connect-express. */
export interface Ace {
  /** Fills `req.context`. What it takes from the query is not verified: read `req.context` only behind `authenticatePage`. */
  readonly middleware: RequestHandler;
  /** A signed page address: token in the query, query hash required. Failures go to `next` as `{code, message}`. */
  readonly authenticatePage: RequestHandler;
  /** The tenants, as the library stores them. */
  readonly settings: Pick<AceAdapter, 'get' | 'saveInstallation' | 'del'>;
}

/** What the library is told. Everything else it could read from the disk or the environment is refused at start. */
export interface AceOptions {
  readonly app: Express;
  readonly descriptor: Descriptor;
  readonly baseUrl: string;
  readonly hostWhitelist: readonly string[];
  readonly hostScriptUrl: string;
  readonly adapter: AceAdapter;
  readonly logger: AceLogger;
}

/** Not a file that exists: the library would merge `config.json` of the working directory into its settings. */
const NO_FILE = 'atlassian-connect-express.reads-no-file';

let instances = 0;

/**
 * Starts the library on the app and resolves when it has mounted its routes; catch-alls go behind that. The only module that
 * knows the package, whose own types are wrong in several places.
 *
 * - It runs in its `production` mode everywhere: any other mode opens the host whitelist and logs whole tenants.
 * - Its install route, webhook routes and Forge middleware are not used; ours stand before them.
 * - Its listener for unhandled rejections, which only logs, is taken away.
 */
export async function startAce(options: AceOptions): Promise<Ace> {
  const { app, descriptor, adapter } = options;
  instances += 1;
  const store = `tally-${instances}`;
  ace.store.register(
    store,
    () => adapter as unknown as ReturnType<Parameters<typeof ace.store.register>[1]>,
  );
  app.set('env', 'production');
  const withoutWebhooks = {
    ...descriptor,
    modules: { ...descriptor.modules, webhooks: [] },
  };
  const before = new Set(process.listeners('unhandledRejection'));
  const addon = await new Promise<ace.AddOn>((resolve, reject) => {
    try {
      const made = ace(
        app,
        {
          config: {
            descriptorTransformer: () => withoutWebhooks as unknown as ace.Descriptor,
            production: {
              localBaseUrl: options.baseUrl,
              environment: 'production',
              store: { adapter: store },
              expressErrorHandling: true,
              watch: false,
              hosts: [],
              product: 'jira',
              ...{
                setupInstallRoute: false,
                whitelist: options.hostWhitelist.join(','),
                hostScriptUrl: options.hostScriptUrl,
                appKey: descriptor.key,
              },
            },
          },
        },
        options.logger as unknown as Console,
        { descriptorFilename: NO_FILE, configFileName: NO_FILE },
        () => resolve(made),
      );
    } catch (error) {
      reject(error instanceof Error ? error : new Error(String(error)));
    }
  });
  for (const listener of process.listeners('unhandledRejection')) {
    if (!before.has(listener)) process.removeListener('unhandledRejection', listener);
  }
  return {
    middleware: addon.middleware(),
    authenticatePage: addon.authenticate(),
    settings: adapter,
  };
}
