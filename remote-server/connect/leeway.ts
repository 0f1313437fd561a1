/** Seconds by which the clocks of Atlassian and of this machine may differ. */
export const LEEWAY = 30;
