import type { FieldName } from './ast.ts';
import { fieldText } from './ast.ts';
import { notModelled, refused } from './jql-error.ts';
import { propertyField } from './property-field.ts';
import { SYSTEM_FIELDS } from './system-fields.ts';
import type { JqlWorld } from './jql-world.ts';
import type { Field } from './field.ts';

/** Fields that Jira has and the local site has not: 501 instead of a wrong answer. */
const UNMODELLED = new Set(
  (
    'affectedversion approvals attachments category comment component createdfolder creator due duedate environment filter ' +
    'fixversion hierarchylevel issuelink issuelinktype lastviewed level originalestimate parent priority ' +
    'projecttype remainingestimate resolution resolutiondate resolved sprint timespent type voter votes watcher watchers ' +
    'worklogauthor worklogcomment worklogdate workratio'
  ).split(' '),
);

/** Finds the field that was written. @throws {JqlError} when Jira has none of that name, or the local site hasn't. */
export function resolveField(world: JqlWorld, written: FieldName): Field {
  if (written.kind === 'property') {
    const declared = world.aliases.find(
      ({ entityType, propertyKey, path }) =>
        entityType === written.entity &&
        propertyKey === written.propertyKey &&
        path === written.path,
    );
    if (written.entity !== 'issue') throw notModelled(`properties of ${written.entity}`);
    if (declared === undefined) throw unknownField(fieldText(written));
    return propertyField(world, fieldText(written), declared);
  }
  const name = written.name.toLowerCase();
  const system = SYSTEM_FIELDS.get(name);
  if (system !== undefined) return system(world, written.name);
  const alias = world.aliases.find((each) => each.alias?.toLowerCase() === name);
  if (alias !== undefined) {
    if (alias.entityType !== 'issue') throw notModelled(`properties of ${alias.entityType}`);
    return propertyField(world, written.name, alias);
  }
  if (UNMODELLED.has(name) || name.startsWith('cf[')) throw notModelled(`field ${written.name}`);
  throw unknownField(written.name);
}

function unknownField(name: string): Error {
  return refused(`Field '${name}' does not exist or you do not have permission to view it.`);
}
