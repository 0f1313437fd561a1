import { movedWords } from './moved-words.ts';
import type { UpgradeState, UpgradeStatus } from './upgrade-status.ts';
import { type VendorFacts, VENDOR } from './vendor-facts.ts';

/** One line of "what changes": before, after, and why. */
export interface Change {
  readonly what: string;
  readonly before: string;
  readonly after: string;
  readonly why: string;
}

export interface Fact {
  readonly label: string;
  /** A text, or a time the page shows in the reader's own zone. */
  readonly value: string | { readonly time: string };
}

export interface Contact {
  readonly label: string;
  readonly href: string;
}

/** Everything the Upgrade tab says, the same in the Connect page and in the Forge page. */
export interface UpgradeWords {
  readonly tone: 'information' | 'success' | 'warning';
  readonly sentence: string;
  readonly todo: { readonly text: string; readonly href?: string; readonly hrefLabel?: string };
  readonly changes: readonly Change[];
  readonly progress: {
    readonly label: string;
    /** Between 0 and 1; null before there is anything to measure. */
    readonly fraction: number | null;
    readonly facts: readonly Fact[];
  };
  readonly safety: readonly string[];
  readonly contacts: readonly Contact[];
}

/** Puts a site's state into the customer's words. Pure; names no step inside the machinery. */
export function upgradeWords(status: UpgradeStatus, vendor: VendorFacts = VENDOR): UpgradeWords {
  const troubled = status.state === 'needs-attention' || status.link.state === 'conflict';
  const moved = movedWords(status, vendor);
  const isGood = status.state === 'checked' || moved?.isGood === true;
  return {
    tone: troubled ? 'warning' : isGood ? 'success' : 'information',
    sentence: moved?.sentence ?? sentence(status, vendor),
    todo: todo(status, vendor),
    changes: changes(vendor, moved?.place),
    progress: {
      label: progressLabel(status),
      fraction: fraction(status),
      facts: facts(status),
    },
    safety: moved?.safety ?? [
      'Nobody is locked out. Your team can work on checklists before, during and after the copy.',
      'Every change made while the copy runs reaches both places.',
      'The copy deletes nothing. The original stays where it is.',
      'A checklist that cannot be copied exactly is left as it is and named here. Nothing is cut to fit.',
    ],
    contacts: [
      { label: vendor.supportMail, href: `mailto:${vendor.supportMail}` },
      { label: 'Service status', href: vendor.statusPage },
      { label: 'Upgrade guide', href: vendor.guide },
      { label: 'Release notes', href: vendor.releaseNotes },
    ],
  };
}

/** For a site whose checklists the vendor's store serves. */
function sentence(status: UpgradeStatus, { name, place }: VendorFacts): string {
  const stored = `Your checklists are stored at ${name} in ${place}`;
  if (status.link.state === 'conflict') {
    return `${stored}. The copy to Atlassian has not begun, because we could not confirm which site this is.`;
  }
  const sentences: Readonly<Partial<Record<UpgradeState, string>>> = {
    connect: `${stored}.`,
    waiting: `${stored}. The copy to Atlassian has not begun yet.`,
    copying: `${stored} and are being copied to Atlassian.`,
    checking: `${stored}. The copy at Atlassian is being compared with them.`,
    checked: `${stored}. A complete copy is kept at Atlassian, and the last check found both the same.`,
    'needs-attention': `${stored} and work as usual. The copy to Atlassian is not complete.`,
  };
  return sentences[status.state] ?? `${stored}.`;
}

function todo(status: UpgradeStatus, vendor: VendorFacts): UpgradeWords['todo'] {
  const write = { href: `mailto:${vendor.supportMail}`, hrefLabel: 'Write to support' };
  if (status.link.state === 'conflict') {
    return { text: 'Please contact us: we need your word on which site this is.', ...write };
  }
  if (status.state === 'needs-attention') {
    return status.setAside.length > 0
      ? { text: 'Look at the checklists named below, or ask us to help.', ...write }
      : { text: 'Nothing. We have been told and are looking into it.', ...write };
  }
  if (status.state === 'connect') {
    return { text: 'Nothing now. When Jira offers an update of Tally, approve it.' };
  }
  return { text: 'Nothing. You can keep working as usual.' };
}

function changes({ name, place }: VendorFacts, now?: string): Change[] {
  return [
    {
      what: 'Where checklists are kept',
      before: `${name}, ${place}`,
      after: now ?? `${name}, ${place}, with a copy at Atlassian`,
      why: 'Atlassian ends support for the older kind of app, so data moves next to Jira.',
    },
    {
      what: 'Permissions',
      before: 'Read and write issues',
      after: 'The same, and storing data at Atlassian',
      why: 'Without it there is no place at Atlassian to copy to.',
    },
    {
      what: 'What your team sees',
      before: 'The panel “Checklists” on the issue',
      after:
        'The same, and a panel “Checklists (new)” to add to an issue; both show the same lists',
      why: 'The older panel goes away when Atlassian ends its support. Until then use either.',
    },
  ];
}

function progressLabel(status: UpgradeStatus): string {
  const number = (n: number): string => n.toLocaleString('en');
  const { recordsCopied, recordsTotal } = status;
  if (status.state === 'connect') return 'Not started';
  if (status.state === 'waiting') return 'Waiting to start';
  if (isMoved(status)) return recordsTotal === 0 ? 'Moved' : `${number(recordsTotal)} moved`;
  if (recordsTotal === 0) return 'Nothing to copy yet';
  return `${number(recordsCopied)} of ${number(recordsTotal)} copied`;
}

function fraction(status: UpgradeStatus): number | null {
  const { state, recordsCopied, recordsTotal } = status;
  if (isMoved(status)) return 1;
  if (state === 'connect' || state === 'waiting' || recordsTotal === 0) return null;
  return Math.min(1, recordsCopied / recordsTotal);
}

/** What runs in the other direction has no share that is copied: what is at Atlassian is all there is. */
function isMoved({ state }: UpgradeStatus): boolean {
  return state === 'live' || state === 'rewinding' || state === 'settled' || state === 'final';
}

function facts(status: UpgradeStatus): Fact[] {
  const time = (iso: string | null, none: string): Fact['value'] =>
    iso === null ? none : { time: iso };
  const differences = status.differences;
  const finished = status.state === 'checked' || isMoved(status);
  return [
    { label: 'Started', value: time(status.startedAt, 'Not yet') },
    ...(finished
      ? []
      : [{ label: 'Expected end', value: time(status.expectedEndAt, 'Not known yet') }]),
    { label: 'Last checked', value: time(status.lastCheckedAt, 'Not yet') },
    {
      label: 'Differences found',
      value: differences === null ? 'Not checked yet' : differences.toLocaleString('en'),
    },
    { label: 'Left aside', value: status.setAside.length.toLocaleString('en') },
  ];
}
