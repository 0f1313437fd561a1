/** A growing list of 32-bit numbers, four bytes each. */
export class NumberList {
  #items = new Uint32Array(1 << 16);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(item: number): void {
    if (this.#length === this.#items.length) {
      const larger = new Uint32Array(this.#length * 2);
      larger.set(this.#items);
      this.#items = larger;
    }
    this.#items[this.#length] = item;
    this.#length += 1;
  }

  at(place: number): number {
    return this.#items[place] ?? 0;
  }
}
