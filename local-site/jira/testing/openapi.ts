import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import type { ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import { z } from 'zod';
import type { RouteScopes } from '../scopes.ts';

/*
 * Jira's own OpenAPI document as a judge of what the local site answers. Each complaint is a sentence; none means that the
 * document has nothing against the call.
 */

const Schema = z.record(z.string(), z.unknown());
const Content = z.record(z.string(), z.object({ schema: Schema.optional() }));
const Operation = z.object({
  parameters: z.array(z.object({ name: z.string(), in: z.string() })).default([]),
  requestBody: z.object({ content: Content.default({}) }).optional(),
  responses: z.record(z.string(), z.object({ content: Content.optional() })),
  'x-atlassian-connect-scope': z.string().optional(),
  'x-atlassian-oauth2-scopes': z
    .array(z.object({ state: z.string(), scopes: z.array(z.string()) }))
    .default([]),
});
const OpenApi = z.object({
  info: z.object({ version: z.string() }),
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
});

type Operation = z.infer<typeof Operation>;

/** A call as it was made, and what came of it. `path` is the route's, with `:name` parameters. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly query: readonly string[];
  readonly requestBody: unknown;
  readonly status: number;
  readonly answerBody: unknown;
}

/** Where the document is: named by `JIRA_OPENAPI`, or beside the repository; undefined when there is none. */
export function openApiFile(): string | undefined {
  const named = process.env['JIRA_OPENAPI'];
  if (named !== undefined && named !== '') return named;
  const beside = fileURLToPath(
    new URL('../../../../shared/data/jira-openapi.json', import.meta.url),
  );
  return existsSync(beside) ? beside : undefined;
}

/** Reads the document. Throws when the file is no OpenAPI document. */
export function openJiraDocument(file: string): JiraDocument {
  return new JiraDocument(OpenApi.parse(JSON.parse(readFileSync(file, 'utf8'))));
}

export class JiraDocument {
  readonly version: string;
  readonly #document: z.infer<typeof OpenApi>;
  readonly #ajv: Ajv;
  readonly #validators = new Map<unknown, ValidateFunction>();

  constructor(document: z.infer<typeof OpenApi>) {
    this.version = document.info.version;
    this.#document = document;
    // The schemas carry words of OpenAPI that JSON Schema does not know.
    this.#ajv = new Ajv({ strict: false, allErrors: true, logger: false });
    formats.default(this.#ajv);
    this.#ajv.addSchema({ $id: 'jira', components: document.components });
  }

  /** What the document has against a route, whatever is sent. */
  routeProblems(
    route: { readonly method: string; readonly path: string; readonly query?: readonly string[] },
    scopes: RouteScopes,
  ): readonly string[] {
    const operation = this.#operation(route);
    if (operation === undefined) return ['the document has no such operation'];
    return [
      ...this.#queryProblems(operation, route.query ?? []),
      ...scopeProblems(operation, scopes),
    ];
  }

  /** What the document has against a call. A request that is refused with 4xx may be against its own schema. */
  exchangeProblems(exchange: Exchange): readonly string[] {
    const operation = this.#operation(exchange);
    if (operation === undefined) return ['the document has no such operation'];
    const { status, requestBody, answerBody } = exchange;
    const response = operation.responses[String(status)];
    const problems = [...this.#queryProblems(operation, exchange.query)];
    if (response === undefined) problems.push(`status ${String(status)} is not documented`);
    const accepted = status < 300 && requestBody !== undefined;
    if (accepted) {
      problems.push(...this.#against(operation.requestBody?.content, requestBody, 'request'));
    }
    if (answerBody !== undefined) {
      problems.push(...this.#against(response?.content, answerBody, 'answer'));
    }
    return problems;
  }

  #operation({
    method,
    path,
  }: {
    readonly method: string;
    readonly path: string;
  }): Operation | undefined {
    const wanted = path.replaceAll(/:\w+/g, '{}');
    const found = Object.entries(this.#document.paths).find(
      ([each]) => each.replaceAll(/\{\w+\}/g, '{}') === wanted,
    );
    const operation = found?.[1][method.toLowerCase()];
    return operation === undefined ? undefined : Operation.parse(operation);
  }

  #queryProblems({ parameters }: Operation, names: readonly string[]): readonly string[] {
    const known = parameters.filter((each) => each.in === 'query').map(({ name }) => name);
    return names
      .filter((name) => !known.includes(name))
      .map((name) => `query parameter '${name}' is not documented`);
  }

  #against(
    content: z.infer<typeof Content> | undefined,
    body: unknown,
    what: string,
  ): readonly string[] {
    const schema = content?.['application/json']?.schema;
    // An answer that is documented without a body still has Jira's collection of errors in it.
    if (schema === undefined) return [];
    const validate = this.#validators.get(schema) ?? this.#ajv.compile(absolute(schema));
    this.#validators.set(schema, validate);
    if (validate(body)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message }) => `${what} ${instancePath || '/'} ${message ?? 'is wrong'}`,
    );
  }
}

/** References of the document as references to the schema that was added under `jira`. */
function absolute(schema: z.infer<typeof Schema>): z.infer<typeof Schema> {
  const text = JSON.stringify(schema).replaceAll('"#/components/', '"jira#/components/');
  return Schema.parse(JSON.parse(text));
}

function scopeProblems(operation: Operation, scopes: RouteScopes): readonly string[] {
  const problems: string[] = [];
  const connect = operation['x-atlassian-connect-scope'];
  if (connect !== scopes.connect) problems.push(`Connect's scope is ${String(connect)}`);
  const documented = operation['x-atlassian-oauth2-scopes'].map((each) =>
    [...each.scopes].sort().join(' '),
  );
  const ours =
    scopes.forge === 'any-connect' ? [] : scopes.forge.map((each) => [...each].sort().join(' '));
  for (const list of new Set(documented)) {
    if (!ours.includes(list)) problems.push(`scopes '${list}' are documented, and missing`);
  }
  for (const list of ours) {
    if (!documented.includes(list)) problems.push(`scopes '${list}' are not documented`);
  }
  return problems;
}
