/** Names a site to make. */
export interface SiteName {
  /** Part of its address: lower-case letters, digits and dashes. */
  readonly slug: string;
  readonly displayName: string;
}
