import type { Answer, UnmodelledCall, UnmodelledRegister } from './types.ts';

/**
 * Makes the list of calls that the local site does not model. Nothing unmodelled may pass silently: the caller gets 501
 * and the demo prints the list when it ends. Calls are counted per room and wording, in the order of first sight.
 */
export function createRegister(): UnmodelledRegister {
  const seen = new Map<string, { room: string; what: string; count: number }>();
  return {
    refuse(room: string, what: string): Answer {
      const key = `${room}\n${what}`;
      const call = seen.get(key) ?? { room, what, count: 0 };
      call.count += 1;
      seen.set(key, call);
      return {
        status: 501,
        body: { code: 'NOT_MODELLED', message: `The local site does not model ${room}: ${what}.` },
      };
    },
    list: (): readonly UnmodelledCall[] => [...seen.values()].map((call) => ({ ...call })),
  };
}
