/** A transaction between its arrival and its end. */
export interface Flight {
  readonly keys: ReadonlySet<string>;
  lost: boolean;
}

/**
 * Optimistic locking: of transactions that overlap in time and share an item, the first to commit wins; a single write
 * in that time wins as well. Two calls overlap when both were made before either ended.
 */
export class InFlight {
  readonly #flights = new Set<Flight>();

  begin(keys: Iterable<string>): Flight {
    const flight: Flight = { keys: new Set(keys), lost: false };
    this.#flights.add(flight);
    return flight;
  }

  end(flight: Flight): void {
    this.#flights.delete(flight);
  }

  /** Tells every transaction under way that this item has changed; to the one that changed it that is no news. */
  changed(identity: string): void {
    for (const flight of this.#flights) {
      if (flight.keys.has(identity)) flight.lost = true;
    }
  }
}
