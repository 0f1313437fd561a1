import { z } from 'zod';

/** Plain text as an Atlassian document; each empty line parts two paragraphs. */
export function documentOf(text: string | undefined): unknown {
  if (text === undefined) return null;
  const content = text.split(/\n{2,}/).map((paragraph) => ({
    type: 'paragraph',
    content: [{ type: 'text', text: paragraph }],
  }));
  return { type: 'doc', version: 1, content };
}

const Node: z.ZodType<{
  type: string;
  text?: string | undefined;
  content?: unknown[] | undefined;
}> = z.object({
  type: z.string(),
  text: z.string().optional(),
  content: z.array(z.unknown()).optional(),
});

/** The text of an Atlassian document, paragraphs parted by an empty line; undefined when it is not such a document. */
export function textOf(document: unknown): string | undefined {
  const root = Node.safeParse(document).data;
  if (root?.type !== 'doc') return undefined;
  return (root.content ?? []).map(inlineText).join('\n\n');
}

function inlineText(node: unknown): string {
  const parsed = Node.safeParse(node).data;
  if (parsed === undefined) return '';
  return parsed.text ?? (parsed.content ?? []).map(inlineText).join('');
}
