/** Whether version (e, n) is newer than (e2, n2). Absent counts as (0, 0). */
export function isNewer(e: number, n: number, e2: number, n2: number): boolean {
  return e > e2 || (e === e2 && n > n2);
}
