import { z } from 'zod';

/*
 * What Jira keeps of one site besides its issues, as it lies in the file. Small on every site: projects with their workflow,
 * dashboards, app properties, counters.
 */

const Properties = z.record(z.string(), z.unknown());

const Rule = z.object({
  id: z.string(),
  kind: z.enum(['condition', 'validator', 'postFunction']),
  moduleKey: z.string(),
  savedAs: z.enum(['connect', 'forge']),
  configuration: z.string().optional(),
});

const Transition = z.object({
  id: z.string(),
  name: z.string(),
  from: z.array(z.string()),
  to: z.string(),
  rules: z.array(Rule),
});

const Project = z.object({
  id: z.string(),
  key: z.string(),
  name: z.string(),
  lastNumber: z.number(),
  properties: Properties,
  /** Permission key → account ids. */
  grants: z.record(z.string(), z.array(z.string())),
  transitions: z.array(Transition),
});

const Gadget = z.object({
  id: z.string(),
  moduleKey: z.string(),
  placedAs: z.enum(['connect', 'forge']),
  title: z.string(),
  column: z.number(),
  row: z.number(),
  configuration: Properties,
  properties: Properties,
});

const Dashboard = z.object({
  id: z.string(),
  name: z.string(),
  ownerAccountId: z.string(),
  gadgets: z.array(Gadget),
});

export const SiteDocument = z.object({
  counters: z.object({
    project: z.number(),
    issue: z.number(),
    dashboard: z.number(),
    gadget: z.number(),
    rule: z.number(),
    changelog: z.number(),
  }),
  projects: z.array(Project),
  dashboards: z.array(Dashboard),
  /** App key → properties. */
  connectAppProperties: z.record(z.string(), Properties),
  forgeAppProperties: Properties,
});

export type SiteDocument = z.infer<typeof SiteDocument>;
export type ProjectDocument = z.infer<typeof Project>;
