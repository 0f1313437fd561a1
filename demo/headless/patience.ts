/** Tries again for a while what fails because a process has been killed; rejects with the last failure. */
export async function patiently<T>(attempt: () => Promise<T>, attempts = 60): Promise<T> {
  for (let left = attempts; ; left -= 1) {
    try {
      return await attempt();
    } catch (error) {
      if (left <= 1) throw error;
      await pause(500);
    }
  }
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
