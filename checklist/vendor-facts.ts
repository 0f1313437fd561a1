/** What is true of the vendor and not of a site: names, places, addresses. Dates are ISO days; null means not decided. */
export interface VendorFacts {
  readonly name: string;
  readonly place: string;
  readonly supportMail: string;
  readonly statusPage: string;
  readonly guide: string;
  readonly releaseNotes: string;
}

export const VENDOR: VendorFacts = {
  name: 'Example Inc.',
  place: 'Frankfurt',
  supportMail: 'support@example.com',
  statusPage: 'https://status.example.com',
  guide: 'https://example.com/tally/upgrade',
  releaseNotes: 'https://example.com/tally/releases',
};
