/** One run of jest that belongs to the conformance of the local site. */
export interface Suite {
  readonly name: string;
  readonly title: string;
  /** Paths or parts of paths, as jest takes them. None found is a failure. */
  readonly paths: readonly string[];
}

/** The runs. A row is all that a new one needs; JIRA_OPENAPI is passed on where there is a document. */
export const SUITES: readonly Suite[] = [
  {
    name: 'jira-openapi',
    title: "Jira's REST subset speaks as Jira's own OpenAPI document says",
    paths: ['local-site/jira/.*openapi'],
  },
  {
    name: 'storage-switches',
    title: 'each switch of the storage works both ways',
    paths: ['local-site/storage/switch'],
  },
  {
    name: 'drift',
    title: 'the installed @forge packages speak nothing that the local site does not know',
    paths: ['test/conformance/'],
  },
  {
    name: 'csp',
    title: "a page's content security policy is the one that @forge/csp makes",
    paths: ['local-site/browser/.*csp'],
  },
];
