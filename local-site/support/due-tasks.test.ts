import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DueTasks } from './due-tasks.ts';

type Step =
  | { readonly do: 'add'; readonly due: number }
  | { readonly do: 'cancel'; readonly which: number }
  | { readonly do: 'take'; readonly until: number };

const time = fc.integer({ min: 0, max: 50 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('add' as const), due: time }) },
  fc.record({ do: fc.constant('cancel' as const), which: fc.nat(100) }),
  fc.record({ do: fc.constant('take' as const), until: time }),
);

describe('tasks that wait for their time', () => {
  it('come in the order of a sorted list, whatever is added and cancelled meanwhile', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const tasks = new DueTasks();
        let model: { due: number; id: number }[] = [];
        const cancels: (() => void)[] = [];
        const seen: number[] = [];
        for (const each of steps) {
          if (each.do === 'add') {
            const id = cancels.length;
            cancels.push(tasks.add(each.due, () => seen.push(id)));
            model.push({ due: each.due, id });
          } else if (each.do === 'cancel') {
            const id = each.which % Math.max(1, cancels.length);
            cancels[id]?.();
            model = model.filter((task) => task.id !== id);
          } else {
            const sorted = [...model].sort((a, b) => a.due - b.due || a.id - b.id);
            const expected = sorted[0] && sorted[0].due <= each.until ? sorted[0] : undefined;
            const taken = tasks.take(each.until);
            taken?.run();
            expect(taken?.due).toBe(expected?.due);
            if (expected !== undefined) expect(seen.at(-1)).toBe(expected.id);
            model = model.filter((task) => task !== expected);
          }
          expect(tasks.size).toBe(model.length);
          expect(tasks.next ?? Infinity).toBe(Math.min(Infinity, ...model.map(({ due }) => due)));
        }
      }),
    );
  });

  it('stay in order when there are very many of them', () => {
    const tasks = new DueTasks();
    let ran = 0;
    for (let i = 0; i < 100_000; i++) tasks.add((i * 7919) % 100_003, () => (ran += 1));
    const dues: number[] = [];
    for (let task = tasks.take(Infinity); task; task = tasks.take(Infinity)) {
      dues.push(task.due);
      task.run();
    }
    expect(ran).toBe(100_000);
    expect(dues.every((due, index) => index === 0 || due >= (dues[index - 1] ?? 0))).toBe(true);
  });

  it('are due at the end of the millisecond that they name a part of', () => {
    const tasks = new DueTasks();
    tasks.add(1.2, () => undefined);
    expect(tasks.next).toBe(2);
    expect(tasks.take(1)).toBeUndefined();
    expect(tasks.take(2)).toBeDefined();
  });
});
