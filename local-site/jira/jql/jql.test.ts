import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SiteModule } from '../../types.ts';
import { ada, createJiraTestWorld, otto, uma } from '../testing/jira-world.ts';
import type { JiraTestWorld } from '../testing/jira-world.ts';

const CONNECT: SiteModule = {
  ...{ face: 'connect', type: 'jiraEntityProperties', key: 'progress' },
  body: {
    entityType: 'issue',
    keyConfigurations: [
      {
        propertyKey: 'checklist',
        extractions: [
          { objectName: 'done', type: 'number', alias: 'checklistDone' },
          { objectName: 'state.name', type: 'string', alias: 'checklistState' },
          { objectName: 'title', type: 'text', alias: 'checklistTitle' },
          { objectName: 'due', type: 'date', alias: 'checklistDue' },
          { objectName: 'owner', type: 'user', alias: 'checklistOwner' },
          { objectName: 'tags', type: 'string' },
        ],
      },
    ],
  },
};

const FORGE: SiteModule = {
  ...{ face: 'forge', type: 'jira:entityProperty', key: 'progress' },
  body: {
    propertyKey: 'checklist',
    values: [{ path: 'done', type: 'number', searchAlias: 'checklistDone' }],
  },
};

describe('JQL', () => {
  let world: JiraTestWorld;
  beforeEach(() => {
    world = createJiraTestWorld();
    world.modules = [CONNECT];
  });

  const search = (jql: string, caller = uma): ReturnType<JiraTestWorld['call']> =>
    world.call(caller, 'POST', '/rest/api/3/search/jql', { jql, fields: ['summary'] });
  /** Keys that a query finds, in its order. */
  const keys = async (jql: string, caller = uma): Promise<string[]> => {
    const { status, body } = await search(jql, caller);
    expect({ jql, status, body }).toMatchObject({ status: 200 });
    return (body as { issues: { key: string }[] }).issues.map(({ key }) => key);
  };
  const error = async (jql: string, caller = uma): Promise<unknown> => {
    const { status, body } = await search(jql, caller);
    expect({ jql, status }).toEqual({ jql, status: 400 });
    return (body as { errorMessages: string[] }).errorMessages[0];
  };
  const put = (issue: string, value: unknown): Promise<unknown> =>
    world.call(uma, 'PUT', `/rest/api/3/issue/${issue}/properties/checklist`, value);

  it('finds by project, key, status, type, person and label', async () => {
    const edit = { fields: { labels: ['red'], assignee: { accountId: ada.accountId } } };
    await world.call(uma, 'PUT', '/rest/api/3/issue/TALLY-1', edit);
    const move = { transition: { id: '31' } };
    await world.call(uma, 'POST', '/rest/api/3/issue/OPS-1/transitions', move);
    expect(await keys('project = TALLY ORDER BY key ASC')).toEqual(['TALLY-1', 'TALLY-2']);
    expect(await keys('project in ("Operations", 10001)')).toEqual(['OPS-1']);
    expect(await keys('key in (TALLY-2, OPS-1)')).toEqual(['OPS-1', 'TALLY-2']);
    expect(await keys('id = 10000')).toEqual(['TALLY-1']);
    expect(await keys('status = Done')).toEqual(['OPS-1']);
    expect(await keys('statusCategory != done and type = bug')).toEqual(['TALLY-2']);
    expect(await keys('assignee is not empty')).toEqual(['TALLY-1']);
    expect(await keys('assignee = currentUser()', ada)).toEqual(['TALLY-1']);
    expect(await keys('assignee = currentUser()')).toEqual([]);
    expect(await keys('labels in (red, blue)')).toEqual(['TALLY-1']);
    expect(await keys("created >= '2026-11-22' and created < 2026-11-23")).toHaveLength(3);
  });

  it('finds words in any order and case, phrases, and beginnings of words', async () => {
    expect(await keys('summary ~ "SERVER restart"')).toEqual(['OPS-1']);
    expect(await keys('summary ~ "\\"the server\\""')).toEqual(['OPS-1']);
    expect(await keys('summary ~ "\\"server the\\""')).toEqual([]);
    expect(await keys('summary ~ "serv*"')).toEqual(['OPS-1']);
    expect(await keys('summary ~ serv')).toEqual([]);
    expect(await keys('text ~ two')).toEqual(['TALLY-1']);
    expect(await keys('summary !~ first and project = TALLY')).toEqual(['TALLY-2']);
  });

  it('joins with AND, OR, NOT and parentheses, AND first', async () => {
    expect(await keys('project = OPS OR project = TALLY AND type = Bug')).toEqual([
      'OPS-1',
      'TALLY-2',
    ]);
    expect(await keys('(project = OPS OR project = TALLY) AND type = Bug')).toEqual(['TALLY-2']);
    expect(await keys('NOT (project = OPS OR type = Bug)')).toEqual(['TALLY-1']);
    expect(await keys('! project = OPS && type != Bug || key = TALLY-2')).toEqual([
      'TALLY-2',
      'TALLY-1',
    ]);
  });

  it('finds entity properties by alias and by full path', async () => {
    await put('TALLY-1', { done: 3, state: { name: 'open' }, tags: ['a', 'b'] });
    await put('TALLY-2', { done: 10, title: 'Release notes', due: '2026-12-01' });
    await put('OPS-1', { done: 'three', owner: uma.accountId, due: 'soon' });
    expect(await keys('checklistDone > 2 ORDER BY checklistDone')).toEqual(['TALLY-1', 'TALLY-2']);
    expect(await keys('CHECKLISTDONE <= 3')).toEqual(['TALLY-1']);
    expect(await keys("issue.property['checklist'].done in (10, 11)")).toEqual(['TALLY-2']);
    expect(await keys('issue.property[checklist].done != 10')).toEqual(['TALLY-1']);
    expect(await keys('issue.property[checklist].state.name = "open"')).toEqual(['TALLY-1']);
    expect(await keys('issue.property[checklist].tags = b')).toEqual(['TALLY-1']);
    expect(await keys('checklistTitle ~ release')).toEqual(['TALLY-2']);
    expect(await keys('checklistDue < "2026-12-31"')).toEqual(['TALLY-2']);
    expect(await keys('checklistDue > "2026-11-30T23:59:59Z" order by checklistDue desc')).toEqual([
      'TALLY-2',
    ]);
    expect(await keys('checklistOwner = currentUser()')).toEqual(['OPS-1']);
  });

  it('takes a property that is absent, or of another type than declared, for empty', async () => {
    await put('TALLY-1', { done: 0 });
    await put('OPS-1', { done: 'three' });
    expect(await keys('checklistDone is empty')).toEqual(['OPS-1', 'TALLY-2']);
    expect(await keys('checklistDone is not empty')).toEqual(['TALLY-1']);
    expect(await keys('checklistDone != 1')).toEqual(['TALLY-1']);
    expect(await keys('NOT checklistDone = 1')).toEqual(['TALLY-1']);
    expect(await keys('checklistDone in (EMPTY, 5)')).toEqual(['OPS-1', 'TALLY-2']);
    expect(await keys('project = TALLY order by checklistDone desc')).toEqual([
      'TALLY-1',
      'TALLY-2',
    ]);
  });

  it('knows the aliases of the version on the site, Connect or Forge', async () => {
    await put('TALLY-1', { done: 3 });
    world.modules = [FORGE];
    expect(await keys('checklistDone = 3')).toEqual(['TALLY-1']);
    expect(await error('checklistTitle ~ x')).toMatch(/^Field 'checklistTitle' does not exist/);
    world.modules = [
      {
        ...{ face: 'forge', type: 'jira:entityPropertySet', key: 'set' },
        body: { properties: [FORGE.body] },
      },
    ];
    expect(await keys('issue.property[checklist].done = 3')).toEqual(['TALLY-1']);
    world.modules = [];
    expect(await error('issue.property[checklist].done = 3')).toMatch(/does not exist/);
    expect(world.jira.propertyAliases(world.site)).toEqual([]);
  });

  it('refuses as Jira does what has no such field, operator or value', async () => {
    expect(await error('colour = red')).toBe(
      "Field 'colour' does not exist or you do not have permission to view it.",
    );
    expect(await error('project > TALLY')).toBe(
      "The operator '>' is not supported by the 'project' field.",
    );
    expect(await error('checklistState > a')).toMatch(/operator '>' is not supported/);
    expect(await error('checklistTitle = a')).toMatch(/operator '=' is not supported/);
    expect(await error('checklistDone = many')).toMatch(/must be a number/);
    expect(await error('checklistDone > EMPTY')).toMatch(/does not support searching for an empty/);
    expect(await error('project = NO')).toBe(
      "The value 'NO' does not exist for the field 'project'.",
    );
    expect(await error('project = OPS', otto)).toMatch(/The value 'OPS' does not exist/);
    expect(await error('key = TALLY-99')).toMatch(/An issue with key 'TALLY-99' does not exist/);
    expect(await error('status = Lost')).toMatch(/does not exist for the field 'status'/);
    expect(await error('created > tomorrow')).toMatch(/Date value 'tomorrow'/);
    expect(await error('project = TALLY order by labels')).toMatch(/Not able to sort/);
    expect(await error('')).toMatch(/Unbounded/);
  });

  it('says where a query can not be read', async () => {
    expect(await error('project = ')).toBe(
      'Error in the JQL Query: Expecting either a value, list or function but got the end of the query. (line 1, character 11)',
    );
    expect(await error('project = TALLY status = Done')).toMatch(
      /Expecting 'OR' or 'AND' but got 'status'. \(line 1, character 17\)/,
    );
    expect(await error('(project = TALLY')).toMatch(/Expecting '\)'/);
    expect(await error('project')).toMatch(/Expecting operator/);
    expect(await error('project in TALLY')).toMatch(/Expecting '\('/);
    expect(await error('summary ~ "open')).toMatch(/has not been completed/);
    expect(await error('project = TALLY order key')).toMatch(/Expecting 'by'/);
    expect(await error('= TALLY')).toMatch(/Expecting a field name/);
    expect(await error('summary is nothing')).toMatch(/Expecting EMPTY/);
  });

  it('answers 501 to what Jira can and the local site can not', async () => {
    const queries = [
      ...['sprint = 1', 'status was Done', 'created > -1d', 'assignee in membersOf("x")'],
      ...['created > startOfDay()', 'project.property[x].y = 1', 'cf[10010] = 1', 'labels[0] = a'],
    ];
    for (const jql of queries) {
      expect({ jql, status: (await search(jql)).status }).toEqual({ jql, status: 501 });
    }
    expect(world.refused).toHaveLength(queries.length);
    expect(world.refused[0]).toBe('jira: JQL: field sprint');
  });

  it('finds nothing instead where the switch says that values are not checked', async () => {
    world = createJiraTestWorld({ switches: { jqlChecksValues: false } });
    expect(await keys('project = NO OR key = TALLY-99')).toEqual([]);
    expect(await keys('project = OPS', otto)).toEqual([]);
  });

  it('never finds an issue twice, nor one that a query and its opposite both leave out', async () => {
    await put('TALLY-1', { done: 3 });
    await put('TALLY-2', { done: 10 });
    const test = fc.oneof(
      fc.constantFrom('project = TALLY', 'type = Bug', 'status = "To Do"', 'summary ~ first'),
      fc
        .tuple(fc.constantFrom('=', '!=', '<', '<=', '>', '>='), fc.integer({ min: 2, max: 11 }))
        .map(([operator, value]) => `checklistDone ${operator} ${value}`),
    );
    const { clause } = fc.letrec<{ clause: string }>((tie) => ({
      clause: fc.oneof(
        { depthSize: 'small' },
        test,
        fc
          .tuple(tie('clause'), fc.constantFrom('AND', 'OR'), tie('clause'))
          .map(([a, join, b]) => `(${a} ${join} ${b})`),
        tie('clause').map((inner) => `NOT (${inner})`),
      ),
    }));
    await fc.assert(
      fc.asyncProperty(clause, async (jql) => {
        const scope = 'project = TALLY AND checklistDone is not empty AND';
        const found = await keys(`${scope} ${jql}`);
        const rest = await keys(`${scope} NOT (${jql})`);
        expect([...found, ...rest].sort()).toEqual(['TALLY-1', 'TALLY-2']);
      }),
      { numRuns: 100 },
    );
  });
});
