import type { UpgradeStatus } from './upgrade-status.ts';
import type { VendorFacts } from './vendor-facts.ts';

/** What differs in the words of a site whose checklists Atlassian's store serves. */
export interface MovedWords {
  readonly isGood: boolean;
  readonly sentence: string;
  /** Where checklists are kept now. */
  readonly place: string;
  readonly safety: readonly string[];
}

const NOBODY_LOCKED_OUT =
  'Nobody is locked out. Your team can work on checklists all the time, in either panel.';
const DOWNLOAD = 'You can download everything here at any time.';

/** The words, or undefined while the vendor's store serves the checklists. Pure. */
export function movedWords(status: UpgradeStatus, vendor: VendorFacts): MovedWords | undefined {
  const { name, place } = vendor;
  const both = `Atlassian, with a copy at ${name}, ${place}`;
  const follows = [
    NOBODY_LOCKED_OUT,
    `Every change is kept at Atlassian first, and then carried to the copy that ${name} keeps.`,
    'The move can still be undone. Every change made since then comes back along with it.',
    DOWNLOAD,
  ];
  if (status.link.state === 'conflict') return undefined;
  switch (status.state) {
    case 'live':
      return {
        isGood: true,
        sentence: `Your checklists are stored at Atlassian now. ${name} keeps a copy that follows every change.`,
        place: both,
        safety: follows,
      };
    case 'settled':
      return {
        isGood: true,
        sentence: `Your checklists are stored at Atlassian, and have been for a while. ${name} still keeps a copy that follows every change.`,
        place: both,
        safety: follows,
      };
    case 'rewinding':
      return {
        isGood: false,
        sentence: `Your checklists are being brought back to ${name} in ${place}, with every change made meanwhile.`,
        place: both,
        safety: [
          'Nothing is lost: every change made at Atlassian is carried back before anything else.',
          'Checklists can be read all the time. Saving a change may take a few seconds longer.',
          'What is at Atlassian stays there until all of it has arrived.',
          DOWNLOAD,
        ],
      };
    case 'final':
      return {
        isGood: true,
        sentence: `The move is finished: your checklists are stored at Atlassian. ${name} neither reads nor writes its former copy.`,
        place: 'Atlassian',
        safety: [
          NOBODY_LOCKED_OUT,
          'Your checklists lie in your own site’s storage at Atlassian.',
          'Nothing was cut to fit, and nothing was left behind.',
          DOWNLOAD,
        ],
      };
    case 'needs-attention':
      if (status.servedFrom !== 'atlassian') return undefined;
      return {
        isGood: false,
        sentence: `Your checklists are stored at Atlassian. Something about the copy at ${name} does not add up, and we are looking into it.`,
        place: both,
        safety: [
          'Nothing was deleted, and nothing is decided without a person looking at it.',
          'Changes may be refused until we know more; what is shown is what is stored.',
          DOWNLOAD,
        ],
      };
    case 'connect':
    case 'waiting':
    case 'copying':
    case 'checking':
    case 'checked':
      return undefined;
  }
}
