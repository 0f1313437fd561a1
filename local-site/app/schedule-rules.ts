import type { Finding } from './manifest-file.ts';

const MOST_SCHEDULES = 5;

/**
 * What a deploy refuses about `scheduledTrigger` beside its shape: more than five of them, and more than one with the interval
 * `fiveMinute` (forge-storage facts, section 12).
 */
export function scheduleFindings(
  schedules: readonly { readonly interval: string }[],
): readonly Finding[] {
  const path = ['modules', 'scheduledTrigger'] as const;
  const findings: Finding[] = [];
  if (schedules.length > MOST_SCHEDULES) {
    const message = `An app may have ${MOST_SCHEDULES} scheduled triggers at most`;
    findings.push({ path: [...path, MOST_SCHEDULES], message });
  }
  const fast = schedules.flatMap(({ interval }, index) => (interval === 'fiveMinute' ? index : []));
  if (fast[1] !== undefined) {
    const message = 'An app may have one scheduled trigger with the interval fiveMinute';
    findings.push({ path: [...path, fast[1]], message });
  }
  return findings;
}
