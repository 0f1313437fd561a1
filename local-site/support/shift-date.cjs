'use strict';

/**
 * Puts a `Date` in the place of the global one that tells a time of our choosing, the machine's until `set` is called.
 * Only "now" changes: `Date.now()`, `new Date()`, `Date()`. Timers, `performance` and dates with arguments stay as they
 * are, and `Intl.DateTimeFormat.format()` without an argument goes on telling the machine's time.
 *
 * `set({now, machineNow, speed})` as in clock-reading.ts.
 */
exports.shiftDate = (global = globalThis) => {
  const RealDate = global.Date;
  const machine = RealDate.now.bind(RealDate);
  let reading;
  const now = () =>
    reading
      ? Math.floor(reading.now + (machine() - reading.machineNow) * reading.speed)
      : machine();

  global.Date = new Proxy(RealDate, {
    apply: () => new RealDate(now()).toString(),
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
  });
  // `new Date().constructor === Date` must go on being true.
  RealDate.prototype.constructor = global.Date;
  return {
    set(next) {
      reading = next;
    },
  };
};
