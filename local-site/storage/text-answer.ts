import type { Answer } from '../types.ts';

/**
 * An answer whose body exists as JSON text. The body is parsed when somebody looks at it; who writes it to a socket takes
 * `text`.
 */
export function textAnswer(status: number, text: string): Answer {
  let body: { readonly parsed: unknown } | undefined;
  const answer: Answer = {
    status,
    get body() {
      body ??= { parsed: JSON.parse(text) as unknown };
      return body.parsed;
    },
  };
  // Not enumerable: two answers are equal when status and body are.
  return Object.defineProperty(answer, 'text', { value: text });
}
