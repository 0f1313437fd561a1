/** The first part: what admins agree to. */
export function majorOf(version: string): number {
  return Number(version.split('.')[0]);
}

/** The next minor version of the same major one. The third part stays 0: nothing is known to raise it. */
export function nextMinor(version: string): string {
  const [major = 1, minor = 0] = version.split('.').map(Number);
  return `${major}.${minor + 1}.0`;
}

export function nextMajor(version: string): string {
  return `${majorOf(version) + 1}.0.0`;
}
