/** A frame of the app as the host library describes it. */
export interface Extension {
  readonly addon_key: string;
  readonly key: string;
  readonly url?: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** What the library hands to methods of host modules as their last argument. It may be called once. */
export type ModuleCallback = ((...values: unknown[]) => void) & {
  readonly _context: { readonly extension: Extension; readonly extension_id: string };
};

type Methods = Readonly<Record<string, (...args: never[]) => void>>;

/** The part of `atlassian-connect-js`'s `connect-host.js` that this page uses. */
export interface ConnectHostLibrary {
  defineModule(name: string, methods: Methods): void;
  defineModule(globalMethods: Methods): void;
  create(extension: Extension): ArrayLike<HTMLElement>;
  createExtension(extension: Extension): {
    readonly iframeAttributes: Readonly<Record<string, string>>;
  };
  /** Tells frames an event; they hear it by `AP.register` and `AP.events`. */
  broadcastEvent(type: string, target: { readonly id: string }, event: unknown): void;
  registerContentResolver: {
    resolveByExtension(resolve: (extension: Extension) => unknown): void;
  };
  getFrameworkAdaptor(): {
    registerModule(module: {
      getModuleRegistrationName(): string;
      isEnabled(): boolean;
      getProvider(): unknown;
    }): void;
  };
  dialog: { close(addonKey: string, data?: unknown): void };
}

/** The library, which a script element before this one has loaded. */
export const connectHost = (globalThis as unknown as { connectHost: ConnectHostLibrary })
  .connectHost;

/** Puts our own provider in the place of AUI, which is not there. */
export function provide(name: 'flag' | 'dialog', provider: unknown): void {
  connectHost.getFrameworkAdaptor().registerModule({
    getModuleRegistrationName: () => name,
    isEnabled: () => true,
    getProvider: () => provider,
  });
}
