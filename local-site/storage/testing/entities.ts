import type { EntitySchema } from '../../types.ts';

/** One entity with an attribute of every type and an index of every kind. */
export const EMPLOYEE: EntitySchema = {
  name: 'employee',
  attributes: {
    n: 'integer',
    name: 'string',
    team: 'string',
    salary: 'float',
    active: 'boolean',
    extra: 'any',
  },
  indexes: [
    { name: 'name', partition: [], range: ['name'] },
    { name: 'by-team', partition: ['team'], range: ['n'] },
    { name: 'by-salary', partition: ['team', 'active'], range: ['salary'] },
  ],
};
