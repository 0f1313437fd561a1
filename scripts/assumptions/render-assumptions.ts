import {
  isThere,
  type AssumptionEntry,
  type AssumptionGroup,
  type Evidence,
} from '../../storage-migration/assumptions.ts';

const MARKS: Readonly<Record<Evidence, string>> = {
  doc: 'documented by Atlassian; where two pages disagree, the text says which one is followed',
  code: 'read in the source that Atlassian ships',
  ran: 'executed and observed, without an Atlassian site',
  field: 'measured or reported by others on the real platform',
  infer: 'follows from something known, but nobody says so',
  open: 'not established',
};

const HEAD = `# What we assume about Atlassian's platform

Generated from \`storage-migration/assumptions/\` by \`npm run assumptions\`; change it there.

Nothing here has met a real Atlassian site. Each entry says what we assume, how we know it, what would break, which switch
of the local site turns to the other reading, and how a real site can confirm it. Where the design does not depend on an
assumption, the entry says why.
`;

/** The page \`docs/platform-assumptions.md\`, whole. Pure. */
export function renderAssumptions(groups: readonly AssumptionGroup[]): string {
  const all = groups.flatMap(({ entries }) => Object.values(entries));
  const marks = Object.entries(MARKS).map(([mark, meaning]) => {
    const count = all.filter(({ evidence }) => evidence === mark).length;
    return `| ${mark} | ${meaning} | ${count} |`;
  });
  const table = ['| mark | meaning | entries |', '| --- | --- | --- |', ...marks];
  return [HEAD, `${table.join('\n')}\n`, ...groups.map(renderGroup)].join('\n');
}

function renderGroup({ title, entries }: AssumptionGroup): string {
  const body = Object.entries(entries).map(([id, entry]) => renderEntry(id, entry));
  return [`## ${title}\n`, ...body].join('\n');
}

function renderEntry(id: string, entry: AssumptionEntry): string {
  const { statement, evidence, source, ifWrong, designSafe, probe } = entry;
  const lines = [
    `- Known: ${evidence}; ${source}`,
    `- If it is wrong: ${ifWrong}`,
    `- Switch: ${isThere(entry.switch) ? `\`${entry.switch}\`` : `none. ${entry.switch.none}`}`,
    `- Probe: ${isThere(probe) ? `${probe.by === 'doctor' ? '`xg doctor`' : 'by hand'}. ${probe.what}` : `none. ${probe.none}`}`,
    ...(designSafe === undefined ? [] : [`- Safe, because: ${designSafe}`]),
  ];
  return `### ${id}\n\n${statement}\n\n${lines.join('\n')}\n`;
}
