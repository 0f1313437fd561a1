import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Answer, RuleKind, SiteModule } from '../../types.ts';
import { createJiraTestWorld, uma } from '../testing/jira-world.ts';
import type { JiraTestWorld } from '../testing/jira-world.ts';

const module = (
  type: string,
  body: Readonly<Record<string, unknown>>,
  key = 'rule',
): SiteModule => ({ face: type.startsWith('jira:') ? 'forge' : 'connect', type, key, body });

const NO_OPEN = "issue.properties['checklist']?.open == 0";

describe('workflow rules', () => {
  let world: JiraTestWorld;
  beforeEach(() => {
    world = createJiraTestWorld();
  });

  const add = (kind: RuleKind, configuration?: unknown, transitionId = '31'): string =>
    world.jira.workflows.addRule(world.site, 'TALLY', {
      ...{ transitionId, kind, moduleKey: 'rule' },
      ...(configuration === undefined ? {} : { configuration: JSON.stringify(configuration) }),
    }).id;
  const names = async (query = ''): Promise<unknown> => {
    const path = `/rest/api/3/issue/TALLY-1/transitions${query}`;
    const { body } = await world.call(uma, 'GET', path);
    return (body as { transitions: { name: string }[] }).transitions.map(({ name }) => name);
  };
  const move = async (id = '31'): Promise<Answer> => {
    const transition = { transition: { id } };
    const answer = await world.call(
      uma,
      'POST',
      '/rest/api/3/issue/TALLY-1/transitions',
      transition,
    );
    await world.jira.idle();
    return answer;
  };
  const status = (): string | undefined => world.jira.issue(world.site, 'TALLY-1')?.statusId;
  const put = (value: unknown): Promise<unknown> =>
    world.call(uma, 'PUT', '/rest/api/3/issue/TALLY-1/properties/checklist', value);
  const events = (): string[] =>
    world.changes.flatMap((change) => change.events.map(({ event }) => event));

  it('leave a workflow without them free, and refuse a transition that is not there', async () => {
    expect(world.jira.workflows.of(world.site, 'TALLY')).toMatchObject({
      statuses: [{ name: 'To Do' }, { name: 'In Progress' }, { name: 'Done' }],
    });
    expect(await names()).toEqual(['To Do', 'In Progress', 'Done']);
    expect(await names('?transitionId=21')).toEqual(['In Progress']);
    expect((await move()).status).toBe(204);
    expect(status()).toBe('10001');
    expect(await move('99')).toMatchObject({
      status: 400,
      body: { errorMessages: ["Transition id '99' is not valid for this issue."] },
    });
    const path = '/rest/api/3/issue/TALLY-1/transitions';
    expect((await world.call(uma, 'POST', path, {})).status).toBe(400);
    const fields = { transition: { id: '31' }, fields: { summary: 'x' } };
    expect((await world.call(uma, 'POST', path, fields)).status).toBe(501);
  });

  it('tell that the issue has moved, with the change of its status', async () => {
    await move('21');
    const [change] = world.changes;
    const item = { field: 'status', from: '10000', fromString: 'To Do', to: '3' };
    expect(change?.webhooks[0]).toMatchObject({
      event: 'jira:issue_updated',
      body: { issue_event_type_name: 'issue_generic', changelog: { items: [item] } },
    });
    expect(change?.events[0]).toMatchObject({
      event: 'avi:jira:updated:issue',
      payload: {
        ...{ changelog: { items: [item] }, atlassianId: uma.accountId, selfGenerated: false },
        associatedStatuses: [{ id: '10000' }, { id: '3' }],
      },
    });
  });

  describe.each([
    ['Connect', 'jiraWorkflowConditions'],
    ['Forge', 'jira:workflowCondition'],
  ])('a condition of %s', (face, type) => {
    it('hides a transition and refuses it until its expression is true', async () => {
      world.modules = [module(type, { name: 'Done', expression: NO_OPEN })];
      add('condition');
      expect(await names()).toEqual(['To Do', 'In Progress']);
      expect(await names('?includeUnavailableTransitions=true')).toHaveLength(3);
      expect((await move()).status).toBe(400);
      expect(status()).toBe('10000');
      await put({ open: 0 });
      expect(await names()).toEqual(['To Do', 'In Progress', 'Done']);
      expect((await move()).status).toBe(204);
    });

    it('follows the expression of its configuration, and its configuration', async () => {
      const expression = 'issue.status.category.key == config.category';
      world.modules = [module(type, { expression: 'false' })];
      add('condition', { expression, category: 'indeterminate' });
      expect(await names()).toEqual(['To Do', 'In Progress']);
      await move('21');
      expect(await names()).toContain('Done');
    });

    it('is false, and says so, when it fails, is no Boolean or can not be evaluated', async () => {
      for (const expression of ['issue.foo', "'yes'", 'issue.comments.length == 0']) {
        world.modules = [module(type, { expression })];
        if (world.jira.workflows.rules(world.site, 'TALLY').length === 0) add('condition');
        expect(await names()).not.toContain('Done');
      }
      await world.jira.idle();
      const webhooks = world.changes.flatMap((change) => change.webhooks.map(({ event }) => event));
      const failed = face === 'Forge' ? events() : webhooks;
      const event =
        face === 'Forge' ? 'avi:jira:failed:expression' : 'jira_expression_evaluation_failed';
      expect(failed.filter((each) => each === event)).toHaveLength(3);
      expect(world.refused).toEqual(['jira: Jira expression: Issue.comments']);
    });
  });

  it('sees user, project and transition', async () => {
    const expression =
      "user.displayName == 'Uma User' && project.key == 'TALLY' && transition.to.name == 'Done' " +
      "&& transition.from.name == 'To Do' && workflow.name == 'Workflow of TALLY' && config == null";
    world.modules = [module('jira:workflowCondition', { expression })];
    add('condition');
    expect(await names()).toContain('Done');
  });

  it('a condition and a validator whose module is gone refuse, a post function is skipped', async () => {
    world.modules = [module('jira:workflowCondition', { expression: 'true' })];
    add('condition');
    world.modules = [];
    expect(await names()).not.toContain('Done');
    world.modules = [module('jira:workflowValidator', { expression: 'true' })];
    add('validator', undefined, '21');
    world.modules = [module('jira:workflowPostFunction', { function: 'f' })];
    add('postFunction', undefined, '11');
    world.modules = [];
    expect((await move('21')).status).toBe(400);
    expect((await move('11')).status).toBe(204);
    expect(world.asked.invoked).toEqual([]);
    expect(world.jira.workflows.rules(world.site, 'TALLY').map(({ module: each }) => each)).toEqual(
      [undefined, undefined, undefined],
    );
  });

  it.each([
    ['Connect', 'jiraWorkflowValidators', { value: 'Finish the list first.' }],
    ['Forge', 'jira:workflowValidator', 'Finish the list first.'],
    ['Forge, by expression', 'jira:workflowValidator', { expression: "'Finish ' + config.what" }],
  ])('a validator of %s refuses with its message', async (_face, type, errorMessage) => {
    world.modules = [module(type, { expression: NO_OPEN, errorMessage })];
    add('validator', { what: 'the list first.' });
    expect(await move()).toEqual({
      status: 400,
      body: { errorMessages: ['Finish the list first.'], errors: {} },
    });
    expect(status()).toBe('10000');
    await put({ open: 0 });
    expect((await move()).status).toBe(204);
  });

  it('a validator may give the message itself, and refuses when it gives something else', async () => {
    const messages = async (expression: string): Promise<unknown> => {
      world.modules = [module('jira:workflowValidator', { expression })];
      return ((await move()).body as { errorMessages?: string[] } | undefined)?.errorMessages;
    };
    world.modules = [module('jira:workflowValidator', { expression: 'true' })];
    add('validator');
    expect(await messages("'Two items are open.'")).toEqual(['Two items are open.']);
    expect(await messages('42')).toEqual([expect.stringContaining('does not allow')]);
    expect(await messages('issue.foo')).toEqual([expect.stringContaining('does not allow')]);
    expect(await messages('true')).toBeUndefined();
  });

  it('a Forge validator asks its function, and only `result: true` lets pass', async () => {
    world.modules = [module('jira:workflowValidator', { function: 'validate' })];
    add('validator', { list: 'L1' });
    world.scopes = ['read:jira-work'];
    const verdict = async (answer: () => unknown): Promise<unknown> => {
      world.asked.answers.set('rule', answer);
      const { status: code, body } = await move();
      return code === 204 ? 'moved' : (body as { errorMessages: string[] }).errorMessages[0];
    };
    expect(await verdict(() => ({ result: false, errorMessage: 'Not yet.' }))).toBe('Not yet.');
    expect(await verdict(() => undefined)).toMatch(/does not allow/);
    expect(
      await verdict(() => {
        throw new Error('crash');
      }),
    ).toMatch(/does not allow/);
    expect(await verdict(() => ({ result: true }))).toBe('moved');
    expect(world.asked.invoked[0]).toEqual({
      moduleKey: 'rule',
      event: {
        issue: { key: 'TALLY-1' },
        configuration: { list: 'L1' },
        transition: { from: { id: '10000' }, to: { id: '10001' }, modifiedFields: {} },
      },
    });
    world.scopes = ['read:app-system-token'];
    await verdict(() => ({ result: true }));
    expect(JSON.stringify(world.asked.invoked.at(-1))).not.toContain('modifiedFields');
  });

  it('an issue that goes while a validator thinks does not move', async () => {
    world.modules = [module('jira:workflowValidator', { function: 'validate' })];
    add('validator');
    world.asked.answers.set('rule', () => {
      void world.jira.deleteIssue(world.site, 'TALLY-1');
      return { result: true };
    });
    expect((await move()).status).toBe(400);
    expect(events()).toEqual(['avi:jira:deleted:issue']);
  });

  it('a Forge post function runs after the transition, with the transition and its configuration', async () => {
    world.modules = [module('jira:workflowPostFunction', { function: 'post' })];
    const id = add('postFunction', { template: 'T1' });
    await move();
    expect(world.asked.invoked).toMatchObject([
      {
        moduleKey: 'rule',
        event: {
          issue: { id: '10000', key: 'TALLY-1', fields: { status: { name: 'Done' } } },
          transition: { id: '31', from: { id: '10000' }, to: { id: '10001' } },
          workflow: { name: 'Workflow of TALLY' },
          atlassianId: uma.accountId,
          changelog: { items: [{ field: 'status' }] },
          configuration: { template: 'T1' },
          context: { cloudId: 'cloud-acme', moduleKey: 'rule' },
          postFunction: { id },
        },
      },
    ]);
  });

  it('a Connect post function posts issue, transition and the saved text, and its failure changes nothing', async () => {
    world.modules = [module('jiraWorkflowPostFunctions', { triggered: { url: '/triggered' } })];
    add('postFunction', { template: 'T1' });
    await move();
    expect(world.asked.posted).toMatchObject([
      {
        url: '/triggered',
        body: {
          issue: { key: 'TALLY-1' },
          user: { accountId: uma.accountId },
          transition: {
            ...{ transitionId: 31, transitionName: 'Done' },
            ...{ from_status: 'To Do', to_status: 'Done' },
          },
          configuration: { value: '{"template":"T1"}' },
        },
      },
    ]);
    world.modules = [module('jira:workflowPostFunction', { function: 'post' })];
    world.asked.answers.set('rule', () => {
      throw new Error('crash');
    });
    expect((await move('21')).status).toBe(204);
    expect((await move()).status).toBe(204);
  });

  it('outlive the move to Forge; saving one there is a one-way door', async () => {
    const { workflows } = world.jira;
    const connect = module('jiraWorkflowConditions', { expression: "config.mode == 'old'" });
    const forge = module('jira:workflowCondition', { expression: "config.mode == 'new'" });
    world.modules = [connect];
    const id = add('condition', { mode: 'old' });
    const rule = (): unknown => workflows.rules(world.site, 'TALLY')[0];
    expect(rule()).toMatchObject({ rule: { savedAs: 'connect' }, module: { module: connect } });
    expect(await names()).toContain('Done');

    world.modules = [forge];
    expect(rule()).toMatchObject({
      rule: { savedAs: 'connect', configuration: '{"mode":"old"}' },
      module: { module: forge },
    });
    expect(await names()).not.toContain('Done');

    world.modules = [connect];
    expect(await names()).toContain('Done');

    world.modules = [forge];
    expect(workflows.editRule(world.site, 'TALLY', id, '{"mode":"new"}')).toMatchObject({
      savedAs: 'forge',
    });
    expect(await names()).toContain('Done');

    world.modules = [connect];
    expect(rule()).toMatchObject({ rule: { savedAs: 'forge' } });
    expect(rule()).not.toHaveProperty('module');
    expect(await names()).not.toContain('Done');
    expect(workflows.removeRule(world.site, 'TALLY', id)).toBe(true);
    expect(workflows.removeRule(world.site, 'TALLY', id)).toBe(false);
    expect(await names()).toContain('Done');
  });

  it('are described by an expression about their configuration, or by their module', () => {
    const configurationDescription = { expression: "'At least ' + config.min" };
    world.modules = [
      module('jira:workflowCondition', {
        ...{ name: 'Progress', description: 'Needs progress', expression: 'true' },
        configurationDescription,
      }),
    ];
    expect(world.jira.workflows.ruleModules(world.site)).toMatchObject([
      { kind: 'condition', name: 'Progress', description: 'Needs progress' },
    ]);
    add('condition', { min: 3 });
    add('condition');
    const summaries = world.jira.workflows.rules(world.site, 'TALLY').map(({ summary }) => summary);
    expect(summaries).toEqual(['At least 3', 'Needs progress']);
  });

  it('can not be added without their module, nor with a configuration over 32 KB', () => {
    const code = (act: () => unknown): unknown => {
      try {
        return act();
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    const { workflows } = world.jira;
    expect(code(() => add('condition'))).toBe('UNKNOWN_MODULE');
    world.modules = [module('jira:workflowCondition', { expression: 'true' })];
    expect(code(() => add('validator'))).toBe('UNKNOWN_MODULE');
    expect(code(() => add('condition', 'x'.repeat(32 * 1024)))).toBe('CONFIGURATION_TOO_LARGE');
    expect(code(() => add('condition', 1, '99'))).toBe('UNKNOWN_TRANSITION');
    expect(code(() => workflows.editRule(world.site, 'TALLY', 'no', ''))).toBe('UNKNOWN_RULE');
    expect(code(() => workflows.rules(world.site, 'NO'))).toBe('UNKNOWN_PROJECT');
    expect(workflows.of(world.site, 'NO')).toBeUndefined();
  });
});
