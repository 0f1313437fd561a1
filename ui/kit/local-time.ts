/** A time in the reader's own zone and manner: the clock for today, the date as well for other days. */
export function localTime(time: Date, now: Date): string {
  const today = time.toDateString() === now.toDateString();
  return time.toLocaleString(undefined, {
    ...(today ? {} : { day: 'numeric', month: 'short', year: 'numeric' }),
    hour: '2-digit',
    minute: '2-digit',
  });
}
