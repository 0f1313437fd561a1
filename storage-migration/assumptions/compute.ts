import { byHand, doctor, none, type AssumptionEntry } from './assumption.ts';
import { forge } from './sources.ts';

/** Functions and prices. */
export const COMPUTE = {
  'storage-counts-as-egress': {
    statement:
      'Calls to the stores count among the 100 outside requests a minute of an invocation.',
    evidence: 'open',
    source: forge('limits-invocation'),
    section: 'forge-storage §11, §14, §15 egressCountsStorage, §19',
    ifWrong: 'Nothing breaks; a function could do more storage calls than it allows itself.',
    switch: 'platform.egressCountsStorage',
    probe: doctor(
      'Calls a probe function that gets one key 150 times and returns how many passed.',
    ),
    designSafe: 'Bulk work goes over REST from the remote; a function does a handful of calls.',
  },
  'remote-counts-as-egress': {
    statement: 'invokeRemote counts among the 100 outside requests a minute of an invocation.',
    evidence: 'open',
    source: forge('limits-invocation'),
    section: 'forge-storage §11, §15 egressCountsInvokeRemote, §19',
    ifWrong: 'Nothing breaks; a function could do more remote calls than it allows itself.',
    switch: 'platform.egressCountsInvokeRemote',
    probe: doctor(
      'Calls a probe function that calls the remote 150 times and returns how many passed.',
    ),
    designSafe: 'A function calls the remote once or twice.',
  },
  'remote-page-size': {
    statement: 'The answer of invokeRemote may have 5 MB.',
    evidence: 'infer',
    source: forge('limits-invocation'),
    section: 'forge-storage §14',
    ifWrong: 'A large answer of the remote never reaches the function.',
    switch: none('No other number is known; the local site enforces this one.'),
    probe: doctor(
      'Calls a probe function that asks the remote for 1, 4 and 6 MB and prints what arrived.',
    ),
    designSafe: 'Answers of the remote stay below 500 KB.',
  },
  'memory-of-functions': {
    statement:
      'A function may ask for 128 to 1,024 MB; the schema of the manifest allows 4,096 per function.',
    evidence: 'doc',
    source: `${forge('limits-invocation')} against @forge/manifest 13.7.0`,
    section: 'forge-runtime §4, forge-storage §11',
    ifWrong: 'Nothing breaks; functions could have more memory.',
    switch: none('The app asks for the default of 512 MB.'),
    probe: byHand('Deploy a development version with 2,048 MB and read the answer.'),
    designSafe: 'No function needs more than the default.',
  },
  'invocation-body-size': {
    statement:
      'The payload of an invocation is limited to 5 MB; the tunnel of the command line takes 6 MB.',
    evidence: 'doc',
    source: `${forge('limits-invocation')} against @forge/tunnel 7.1.0`,
    section: 'forge-runtime §9, forge-storage §11',
    ifWrong: 'Nothing breaks; larger payloads would pass.',
    switch: none('The smaller, documented number is enforced.'),
    probe: none('No payload of ours comes near it.'),
    designSafe: 'Payloads of ours stay below 500 KB.',
  },
  'billing-counts-keys': {
    statement: 'Bytes of keys are billed like bytes of values.',
    evidence: 'open',
    source: forge('forge-platform-pricing'),
    section: 'forge-storage §14, §15 billingCountsKeys, §19',
    ifWrong: 'The bill is about four per cent smaller than the estimate.',
    switch: 'storage.billingCountsKeys',
    probe: byHand(
      'Compare the usage page of the developer console with what was written in a month.',
    ),
    designSafe: 'Only an estimate depends on it.',
  },
  'undo-cost': {
    statement: 'A batchDelete costs units by its request body, so emptying a store is cheap.',
    evidence: 'infer',
    source: forge('storage-reference/kvs-batch'),
    section: 'forge-storage §16, §18 undo',
    ifWrong: 'Emptying a tenant takes as long as copying it.',
    switch: none('Deletes are charged by their body; no other reading was found.'),
    probe: doctor(
      'Deletes 25 large keys of its own in batches until the first 429 and counts them.',
    ),
    designSafe: 'Emptying yields to live traffic like any other work.',
  },
  'wrapper-per-invocation': {
    statement:
      'The runtime keeps everything of one invocation apart from others in the same process, and empties the environment first.',
    evidence: 'infer',
    source: '@forge/tunnel 7.1.0; the current wrapper of the platform is not published',
    section: 'forge-runtime §9, §12, §21 wrapper source',
    ifWrong: 'A function sees the user of another invocation, or variables that are not its own.',
    switch: none(
      'The local runtime keeps them apart; the opposite would be a fault of the platform.',
    ),
    probe: doctor(
      'Calls a probe function twenty times at once and compares who each one says it is.',
    ),
    designSafe: 'Functions of ours keep nothing in module variables.',
  },
  'egress-over-limit': {
    statement: 'One outside request too many is answered 429 inside the function.',
    evidence: 'open',
    source: forge('limits-invocation'),
    section: 'forge-storage §11 egress per invocation',
    ifWrong: 'The function gets an exception instead of an answer.',
    switch: 'platform.egressOverLimit',
    probe: doctor('Calls a probe function that fetches 150 times and returns what it saw.'),
    designSafe: 'No function of ours comes near the limit.',
  },
  'unhandled-rejection': {
    statement: 'A rejection that nobody handles fails its invocation, as it does in Node.',
    evidence: 'open',
    source: forge('runtime-reference'),
    section: 'forge-runtime §9, §12',
    ifWrong: 'A mistake in a function stays silent on the platform.',
    switch: 'platform.unhandledRejectionFails',
    probe: doctor('Calls a probe function that leaves a rejection behind and prints the answer.'),
    designSafe: 'Lint refuses promises that nobody waits for.',
  },
  'calls-after-return': {
    statement: 'Calls that a function makes after it has returned do not arrive.',
    evidence: 'open',
    source: forge('runtime-reference'),
    section: 'forge-runtime §9, §12',
    ifWrong: 'Nothing breaks; such a call would arrive.',
    switch: 'platform.callsAfterReturnMs',
    probe: doctor(
      'Calls a probe function that sets a key a second after it returned, and gets the key.',
    ),
    designSafe: 'Functions of ours wait for everything they start.',
  },
} satisfies Record<string, AssumptionEntry>;
