/** What a measured process can be asked for, by name. */
export type Measures = Readonly<Record<string, () => Promise<unknown>>>;

/** Says `hello`, then answers every message with the measure of that name. Ends when the asking process lets go. */
export function serveMeasures(hello: unknown, measures: Measures): void {
  process.on('message', (name: string) => {
    const measure = measures[name] ?? (() => Promise.reject(new Error(`No measure ${name}.`)));
    void measure().then(
      (value) => process.send?.({ value: value ?? null }),
      (error: unknown) => process.send?.({ error: String(error) }),
    );
  });
  process.on('disconnect', () => process.exit(0));
  process.send?.({ value: hello });
}
