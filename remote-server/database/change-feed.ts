import pg from 'pg';

/** How a change feed tells what happened. None of these may throw. */
export interface FeedHandlers {
  /** A note on one of the channels, after the commit of the transaction that made it. */
  readonly note: (channel: string, payload: string) => void;
  /** Notes may have been missed from here on, until `listening`. */
  readonly lost: () => void;
  /** Every note from here on will be delivered. */
  readonly listening: () => void;
}

/** A running feed. */
export interface ChangeFeed {
  close(): Promise<void>;
}

/** Milliseconds. */
export interface FeedTimes {
  /** How often the connection is asked whether it is still there. */
  readonly ping: number;
  /** Wait before the next attempt to connect. */
  readonly retry: number;
}

/**
 * Listens on Postgres channels over a connection of its own and connects again when it is lost. It keeps no state: what a lost
 * connection means for a cache is for the handlers. Pings, because a connection that is dead on the way says nothing.
 */
export function openChangeFeed(
  url: string,
  channels: readonly string[],
  handlers: FeedHandlers,
  times: FeedTimes = { ping: 10_000, retry: 1_000 },
): ChangeFeed {
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const end = (which: pg.Client): void => {
    if (client !== which) return;
    client = undefined;
    clearTimeout(timer);
    handlers.lost();
    void which.end().catch(() => undefined);
    if (!closed) timer = setTimeout(() => void connect(), times.retry);
  };

  const ping = (which: pg.Client): void => {
    timer = setTimeout(() => {
      which.query('select 1').then(
        () => client === which && ping(which),
        () => end(which),
      );
    }, times.ping);
  };

  const connect = async (): Promise<void> => {
    const next = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: 3_000,
      query_timeout: 5_000,
      keepAlive: true,
      application_name: 'tally-remote-feed',
    });
    client = next;
    next.on('error', () => end(next));
    next.on('end', () => end(next));
    next.on('notification', ({ channel, payload }) => handlers.note(channel, payload ?? ''));
    try {
      await next.connect();
      for (const channel of channels) await next.query(`listen ${pg.escapeIdentifier(channel)}`);
      if (client !== next) return;
      handlers.listening();
      ping(next);
    } catch {
      end(next);
    }
  };

  handlers.lost();
  void connect();
  return {
    async close() {
      closed = true;
      clearTimeout(timer);
      const last = client;
      client = undefined;
      await last?.end().catch(() => undefined);
    },
  };
}
