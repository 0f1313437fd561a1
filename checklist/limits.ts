/**
 * The limits Tally publishes. They are counted in characters as a person counts them (Unicode code points), never in bytes:
 * 1,000 characters can be 4,000 bytes.
 */
export const LIMITS = {
  listsPerIssue: 20,
  itemsPerList: 200,
  itemTextCharacters: 1000,
  listNameCharacters: 255,
  templateNameCharacters: 255,
  templatesPerProject: 100,
  /** Settings are a small JSON object; this bounds its JSON text. */
  settingCharacters: 32_768,
} as const;

export type LimitName = keyof typeof LIMITS;

const LIMIT_WORDS: Readonly<Record<LimitName, (limit: number) => string>> = {
  listsPerIssue: (n) => `An issue holds at most ${n} checklists.`,
  itemsPerList: (n) => `A checklist holds at most ${n} items.`,
  itemTextCharacters: (n) => `An item holds at most ${n.toLocaleString('en')} characters.`,
  listNameCharacters: (n) => `A checklist's name holds at most ${n} characters.`,
  templateNameCharacters: (n) => `A template's name holds at most ${n} characters.`,
  templatesPerProject: (n) => `A project holds at most ${n} templates.`,
  settingCharacters: (n) => `Settings hold at most ${n.toLocaleString('en')} characters of JSON.`,
};

/** The sentence a customer reads when a limit is reached. */
export function limitSentence(name: LimitName): string {
  return LIMIT_WORDS[name](LIMITS[name]);
}

/** Counts Unicode code points, the unit of every character limit. */
export function countCharacters(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; count += 1) at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  return count;
}
