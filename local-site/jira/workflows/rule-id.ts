import { createHash } from 'node:crypto';

/** The UUID of a site's n-th rule: the same on every run, another one on every site. */
export function ruleId(cloudId: string, number: number): string {
  const hex = createHash('sha256')
    .update(`${cloudId} rule ${String(number)}`)
    .digest('hex');
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`];
  return [...parts, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
}
