import { byHand, none, type AssumptionEntry } from './assumption.ts';
import { adopt, ADOPTING, change, forge } from './sources.ts';

const A_DATE = none('It is a date or a decision of Atlassian, which a machine cannot turn.');

/** Dates, and what happens after them. */
export const END_OF_SUPPORT = {
  'end-of-support-date': {
    statement: 'Connect ends on 2027-01-31, and no later extension was announced.',
    evidence: 'doc',
    source: change(3383),
    section: 'connect-on-forge §1, §12',
    ifWrong: 'Countdowns show a wrong number of days.',
    switch: A_DATE,
    probe: byHand('Read the changelog after 2026-08-21 before printing a date.'),
    designSafe: 'The date is one setting.',
  },
  'connect-modules-removal': {
    statement: 'connectModules keep running after the end of support until Atlassian names a date.',
    evidence: 'open',
    source: ADOPTING,
    section: 'connect-on-forge §12, §19 hard removal date',
    ifWrong: 'The legacy half of the app stops for every tenant at once.',
    switch: A_DATE,
    probe: byHand(
      'Read the blog post on getting ready for the end of support, and ask Ecosystem Support.',
    ),
    designSafe: 'A tenant that is handed over needs no Connect module for its data.',
  },
  'after-end-of-support': {
    statement:
      'After the end of support an app keeps running without guarantees; a banner says it may stop.',
    evidence: 'doc',
    source: 'https://github.com/atlassian/github-for-jira/issues/2681',
    section: 'connect-on-forge §12, §19 after-EOS behaviour',
    ifWrong: 'Tenants that have not moved stop working on the day.',
    switch: A_DATE,
    probe: byHand('Ask Ecosystem Support, and plan as if everything stopped.'),
  },
  'app-properties-after-end': {
    statement:
      'Connect app properties and the scopes for them may be gone after the end of support.',
    evidence: 'open',
    source: adopt('migrate-connect-clientkey'),
    section: 'connect-on-forge §11, §19 Connect app properties',
    ifWrong: 'Nothing breaks; they stay readable.',
    switch: A_DATE,
    probe: byHand('Ask Ecosystem Support.'),
    designSafe: 'Every clientKey is harvested before, and Tally keeps nothing there.',
  },
  'pages-not-read': {
    statement:
      'The parts of the guides that were not seen hold no rule that contradicts the others.',
    evidence: 'open',
    source: `${adopt('limitations-and-differences')} (3 to 8), ${adopt('connect-forge-updates')}, ${adopt('migrate-jira-dashboard-items')}`,
    section: 'connect-on-forge head, §19 full text',
    ifWrong: 'A rule of the platform is met for the first time at a customer.',
    switch: none('A rule that was not read cannot be built.'),
    probe: byHand(
      'Read these pages, the security requirements and the privacy tab once before the first release.',
    ),
  },
  'elevation-table': {
    statement:
      'A Connect scope inherits exactly the Forge scopes of the equivalence table of February 2025.',
    evidence: 'doc',
    source: "Atlassian's page on Connect and OAuth 2.0 scope equivalences, February 2025",
    section: 'connect-on-forge §7.3',
    ifWrong: 'Every admin has to approve a version that was thought to be silent.',
    switch: none('The local site has no admin of a real site.'),
    probe: byHand(
      'Upgrade a development site from the last Connect version and see whether it asks.',
    ),
    designSafe: 'Tenants are moved one by one, whenever their admin approves.',
  },
  'app-account': {
    statement:
      'The Connect app user is not kept unless support agreed before the first production deploy.',
    evidence: 'doc',
    source: "Atlassian's page on keeping the app account of a Connect app",
    section: 'connect-on-forge §8.3',
    ifWrong: 'Nothing breaks; the account would be kept.',
    switch: none('It is a decision of support.'),
    probe: byHand('Ask support before the first production deploy.'),
    designSafe: 'The app user of Tally owns nothing.',
  },
  'no-way-back': {
    statement: 'A customer cannot go back from Forge to Connect.',
    evidence: 'doc',
    source: change(3096),
    section: 'connect-on-forge §8.2',
    ifWrong: 'Nothing breaks; another way back would exist.',
    switch: none('The local site has no such step.'),
    probe: none('It is refused by documentation.'),
    designSafe: 'The way back is one of data, on the same version of the app.',
  },
  'licence-claim': {
    statement: 'A licence appears in the token only for paid apps in production.',
    evidence: 'doc',
    source: `${forge('forge-remote-invocation-contract')}, ${change(3112)}`,
    section: 'connect-on-forge §9.2, forge-runtime §9',
    ifWrong: 'Unlicensed sites use a paid app.',
    switch: none('The local site shows one for paid apps in production only, as documented.'),
    probe: byHand('Log the claim of one paid production site.'),
    designSafe: 'Nothing in the remote or in the functions reads the licence yet.',
  },
} satisfies Record<string, AssumptionEntry>;
