import { z } from 'zod';

const transaction = z.object({
  set: z
    .array(
      z.object({
        value: z.unknown(),
        conditions: z
          .object({
            and: z.array(z.object({ property: z.string(), values: z.array(z.unknown()) })),
          })
          .optional(),
      }),
    )
    .default([]),
});

/** Epochs at which a transaction would flip a head, whether it ever arrives or not. */
export function flipsIn(body: string): readonly number[] {
  return transaction.parse(JSON.parse(body)).set.flatMap(({ value, conditions }) => {
    const asked = (property: string): unknown =>
      conditions?.and.find((each) => each.property === property)?.values[0];
    const { auth } = (value ?? {}) as { auth?: unknown };
    const epoch = asked('epoch');
    return auth === 'F' && asked('auth') === 'P' && typeof epoch === 'number' ? [epoch] : [];
  });
}
