/** Public addresses that the assumptions name. */
const ROOT = 'https://developer.atlassian.com/platform';

/** A page of the Forge documentation. */
export const forge = (page: string): string => `${ROOT}/forge/${page}/`;
/** A page of the guide for moving from Connect to Forge. */
export const adopt = (page: string): string => `${ROOT}/adopting-forge-from-connect/${page}/`;
/** An entry of the Forge changelog. */
export const change = (number: number): string => `${ROOT}/forge/changelog/#CHANGE-${number}`;
/** A thread of the developer community. */
export const thread = (number: number): string =>
  `https://community.developer.atlassian.com/t/${number}`;
/** Measurements on the real platform that LeanZero SRL published in October 2026, with @forge/kvs 2.0.7. */
export const MEASURED = 'public measurements of LeanZero SRL, 2026-10-09, with @forge/kvs 2.0.7';
/** The first page of the guide for moving from Connect to Forge. */
export const ADOPTING = `${ROOT}/adopting-forge-from-connect/`;
/** Atlassian's table of what each Connect module becomes, as others transcribed it in August 2026. */
export const CAPABILITIES =
  "Atlassian's capability table, as transcribed in https://github.com/UmairAhmed29/connect-forge-analyzer";
