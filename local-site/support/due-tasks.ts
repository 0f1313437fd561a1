/** A task that waits for its time. `at` is its place in the heap, -1 when it has left. */
interface Task {
  readonly due: number;
  readonly order: number;
  readonly run: () => void;
  at: number;
}

/**
 * Tasks by their due time, ties in the order in which they came. A binary heap: adding, cancelling and taking cost the
 * logarithm of the number of tasks, so that ten thousand tenants with their schedules are no burden.
 */
export class DueTasks {
  readonly #heap: Task[] = [];
  #added = 0;

  get size(): number {
    return this.#heap.length;
  }

  /** Due time of the next task, undefined when there is none. */
  get next(): number | undefined {
    return this.#heap[0]?.due;
  }

  /**
   * Returns what cancels the task; cancelling twice, or after it has run, does nothing. A due time within a millisecond is
   * its end: clocks tell whole milliseconds, and a task must never look due to one heap and not yet due to another.
   */
  add(due: number, run: () => void): () => void {
    const task: Task = { due: Math.ceil(due), order: this.#added++, run, at: this.#heap.length };
    this.#heap.push(task);
    this.#rise(task);
    return () => {
      if (task.at >= 0) this.#remove(task);
    };
  }

  /** Takes the first task out if it is due at `until` or before. */
  take(until: number): { readonly due: number; readonly run: () => void } | undefined {
    const first = this.#heap[0];
    if (first === undefined || first.due > until) return undefined;
    this.#remove(first);
    return first;
  }

  #remove(task: Task): void {
    const place = task.at;
    const last = this.#heap.pop();
    task.at = -1;
    if (last === undefined || last === task) return;
    this.#put(last, place);
    this.#rise(last);
    this.#sink(last);
  }

  #rise(task: Task): void {
    while (task.at > 0) {
      const parent = this.#heap[(task.at - 1) >> 1];
      if (parent === undefined || !isBefore(task, parent)) return;
      this.#swap(task, parent);
    }
  }

  #sink(task: Task): void {
    for (;;) {
      const left = this.#heap[task.at * 2 + 1];
      const right = this.#heap[task.at * 2 + 2];
      if (left === undefined) return;
      const child = right !== undefined && isBefore(right, left) ? right : left;
      if (!isBefore(child, task)) return;
      this.#swap(task, child);
    }
  }

  #swap(a: Task, b: Task): void {
    const place = a.at;
    this.#put(a, b.at);
    this.#put(b, place);
  }

  #put(task: Task, place: number): void {
    this.#heap[place] = task;
    task.at = place;
  }
}

function isBefore(a: Task, b: Task): boolean {
  return a.due < b.due || (a.due === b.due && a.order < b.order);
}
