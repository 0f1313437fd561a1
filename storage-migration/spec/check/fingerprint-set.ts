/**
 * A set of states, each kept as 64 bits of two independent hashes of its encoding, in insertion order. Eight bytes a state
 * instead of a text make millions of states fit. Two different states with one fingerprint would hide one of them: for
 * five million states the chance that this happens at all is below one in a million (n² / 2⁶⁵).
 */
export class FingerprintSet {
  #low: Uint32Array;
  #high: Uint32Array;
  /** Place + 1 of each entry; 0 is free. */
  #slots: Uint32Array;
  #mask: number;
  #size = 0;

  constructor(capacity = 1 << 16) {
    this.#low = new Uint32Array(capacity);
    this.#high = new Uint32Array(capacity);
    this.#slots = new Uint32Array(capacity * 2);
    this.#mask = capacity * 2 - 1;
  }

  get size(): number {
    return this.#size;
  }

  /** Adds a state. Returns its place, counted from 0, or −1 minus the place when it was there already. */
  add(encoded: string): number {
    let a = 0x811c9dc5;
    let b = 0x9747b28c;
    for (let i = 0; i < encoded.length; i += 1) {
      const unit = encoded.charCodeAt(i);
      a = Math.imul(a ^ unit, 0x01000193);
      b = Math.imul((b ^ unit) + 0x7f4a7c15, 0x85ebca6b);
      b ^= b >>> 13;
    }
    a = Math.imul(a ^ (a >>> 16), 0x85ebca6b);
    a = Math.imul(a ^ (a >>> 13), 0xc2b2ae35);
    a = (a ^ (a >>> 16)) >>> 0;
    b = Math.imul(b ^ (b >>> 16), 0xc2b2ae35);
    b = (b ^ (b >>> 15)) >>> 0;
    return this.#insert(a, b);
  }

  #insert(low: number, high: number): number {
    let slot = (low ^ Math.imul(high, 0x9e3779b1)) & this.#mask;
    for (;;) {
      const entry = this.#slots[slot] ?? 0;
      if (entry === 0) break;
      if (this.#low[entry - 1] === low && this.#high[entry - 1] === high) return -entry;
      slot = (slot + 1) & this.#mask;
    }
    if (this.#size === this.#low.length) {
      this.#grow();
      return this.#insert(low, high);
    }
    this.#low[this.#size] = low;
    this.#high[this.#size] = high;
    this.#size += 1;
    this.#slots[slot] = this.#size;
    return this.#size - 1;
  }

  #grow(): void {
    const capacity = this.#low.length * 2;
    this.#low = copyInto(new Uint32Array(capacity), this.#low);
    this.#high = copyInto(new Uint32Array(capacity), this.#high);
    this.#slots = new Uint32Array(capacity * 2);
    this.#mask = capacity * 2 - 1;
    for (let place = 0; place < this.#size; place += 1) {
      const low = this.#low[place] ?? 0;
      let slot = (low ^ Math.imul(this.#high[place] ?? 0, 0x9e3779b1)) & this.#mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & this.#mask;
      this.#slots[slot] = place + 1;
    }
  }
}

function copyInto(target: Uint32Array, source: Uint32Array): Uint32Array {
  target.set(source);
  return target;
}
