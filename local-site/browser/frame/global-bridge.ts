/*
 * What stands for https://forge.cdn.prod.atlassian-dev.net/global-bridge.js: defines `__bridge.callBridge`, which
 * @forge/bridge takes when it loads. A classic script, so that it runs before anything of the app; everything inside one
 * function. It talks to one origin only, the one the server wrote into `__localSiteHost`.
 */
(() => {
  type Message = Record<string, unknown>;

  interface Waiting {
    readonly resolve: (value: unknown) => void;
    readonly reject: (error: Error) => void;
  }

  const MARK = 'local-site-bridge';
  const scope = globalThis as unknown as { __localSiteHost: string; __bridge: unknown };
  const host = scope.__localSiteHost;
  const waiting = new Map<number, Waiting>();
  const functions = new Map<number, (...args: unknown[]) => unknown>();
  let lastNumber = 0;
  let themeSheet: CSSStyleSheet | undefined;

  const post = (message: Message): void => {
    window.parent.postMessage({ mark: MARK, ...message }, host);
  };

  const ask = (message: Message): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const id = ++lastNumber;
      waiting.set(id, { resolve, reject });
      try {
        post({ ...message, id });
      } catch (error) {
        // What cannot be cloned never left; the app hears it at once.
        waiting.delete(id);
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });

  /** Functions inside a payload stay here and travel as numbers. */
  const packed = (value: unknown): unknown => {
    if (typeof value === 'function') {
      const id = ++lastNumber;
      functions.set(id, value as (...args: unknown[]) => unknown);
      return { $function: id };
    }
    if (Array.isArray(value)) return value.map(packed);
    if (typeof value === 'object' && value !== null && isPlain(value)) {
      return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, packed(each)]));
    }
    return value;
  };

  const isPlain = (value: object): boolean => {
    const prototype: unknown = Object.getPrototypeOf(value);
    return prototype === Object.prototype || prototype === null;
  };

  /** An answer that carries methods becomes an object whose methods call the host. */
  const unpacked = (value: unknown): unknown => {
    const reference = value as { $object?: number; props?: object; methods?: string[] } | null;
    if (typeof reference !== 'object' || typeof reference?.$object !== 'number') return value;
    const methods = (reference.methods ?? []).map((method) => [
      method,
      (...args: unknown[]) =>
        ask({ kind: 'method', object: reference.$object, method, args: args.map(packed) }),
    ]);
    return { ...reference.props, ...(Object.fromEntries(methods) as object) };
  };

  const applyTheme = (colorMode: string, theme: string, css: string): void => {
    const root = document.documentElement;
    root.dataset['colorMode'] = colorMode;
    root.dataset['theme'] = theme;
    // A constructed sheet is allowed where the content security policy forbids inline styles.
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    document.adoptedStyleSheets = [
      ...document.adoptedStyleSheets.filter((each) => each !== themeSheet),
      sheet,
    ];
    themeSheet = sheet;
  };

  /** Calls one of the app's functions for the host, which may want to know what it returned. */
  const call = async (message: Message): Promise<void> => {
    const id = message['id'];
    try {
      const result = await functions.get(message['function'] as number)?.(
        ...(message['args'] as unknown[]),
      );
      if (id !== undefined) post({ kind: 'returned', id, result });
    } catch (error) {
      if (id === undefined) throw error;
      post({
        kind: 'returned',
        id,
        failed: error instanceof Error ? error.message : String(error),
      });
    }
  };

  const settle = (id: number, act: (call: Waiting) => void): void => {
    const call = waiting.get(id);
    waiting.delete(id);
    if (call !== undefined) act(call);
  };

  window.addEventListener('message', (event: MessageEvent<Message | null>) => {
    const message = event.data;
    if (event.source !== window.parent || event.origin !== host || message?.['mark'] !== MARK)
      return;
    switch (message['kind']) {
      case 'result': {
        settle(message['id'] as number, ({ resolve }) => {
          resolve(unpacked(message['result']));
        });
        return;
      }
      case 'failure': {
        settle(message['id'] as number, ({ reject }) => {
          reject(new Error(String(message['message'])));
        });
        return;
      }
      case 'function': {
        void call(message);
        return;
      }
      case 'theme': {
        applyTheme(String(message['colorMode']), String(message['theme']), String(message['css']));
        return;
      }
    }
  });

  scope.__bridge = {
    callBridge: (operation: string, payload?: unknown) =>
      ask({ kind: 'call', operation, payload: packed(payload) }),
  };

  new ResizeObserver(() => {
    post({ kind: 'height', height: document.documentElement.offsetHeight });
  }).observe(document.documentElement);
})();
