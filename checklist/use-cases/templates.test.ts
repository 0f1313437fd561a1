import { describe, expect, it } from '@jest/globals';
import { LIMITS } from '../limits.ts';
import { fixture } from '../testing/fixture.ts';
import { applyTemplate } from './apply-template.ts';
import { createTemplate } from './create-template.ts';
import { deleteTemplate } from './delete-template.ts';
import { putSetting } from './put-setting.ts';
import { readSetting } from './read-setting.ts';
import { readTemplates } from './read-templates.ts';
import { updateTemplate } from './update-template.ts';

const BODY = {
  name: 'Definition of done',
  items: [{ text: 'Tests', mandatory: true }, { text: 'Docs' }],
};

describe('templates of a project', () => {
  it('begin at revision 1 and grow by one with every update', async () => {
    const { store, scope, supplies } = fixture();
    const first = await createTemplate(store, scope, BODY, supplies);
    const items = [{ id: first.items[1]!.id, text: 'Docs!' }, { text: 'New' }];
    const second = await updateTemplate(store, scope, first.id, { name: 'DoD', items }, supplies);
    expect([first.revision, second.revision]).toEqual([1, 2]);
    expect(second.items.map(({ text }) => text)).toEqual(['Docs!', 'New']);
    expect(second.items[0]!.id).toBe(first.items[1]!.id);
    expect(await readTemplates(store, scope)).toEqual([second]);
  });

  it('make a list that remembers the revision and is untouched by the next one', async () => {
    const { store, scope, supplies } = fixture();
    const template = await createTemplate(store, scope, BODY, supplies);
    const list = await applyTemplate(store, scope, { templateId: template.id }, supplies);
    expect(list).toMatchObject({
      name: 'Definition of done',
      templateId: template.id,
      templateRevision: 1,
    });
    expect(list.items.map(({ text, mandatory, done }) => [text, mandatory, done])).toEqual([
      ['Tests', true, false],
      ['Docs', false, false],
    ]);
    const templateIds = template.items.map(({ id }) => id);
    expect(list.items.some(({ id }) => templateIds.includes(id))).toBe(false);
    await updateTemplate(store, scope, template.id, { name: 'x', items: [] }, supplies);
    await deleteTemplate(store, scope, template.id, supplies);
    expect(await store.list(list.id)).toEqual(list);
  });

  it('of another project look as if they were not there', async () => {
    const { store, scope, supplies } = fixture();
    const { id } = await createTemplate(store, scope, BODY, supplies);
    const other = { ...scope, projectId: '20000' };
    const gone = { code: 'not_found' };
    await expect(updateTemplate(store, other, id, BODY, supplies)).rejects.toMatchObject(gone);
    await expect(deleteTemplate(store, other, id, supplies)).rejects.toMatchObject(gone);
    await expect(applyTemplate(store, other, { templateId: id }, supplies)).rejects.toMatchObject(
      gone,
    );
  });

  it('are refused beyond the limit of a project', async () => {
    const { store, scope, supplies } = fixture();
    for (let n = 0; n < LIMITS.templatesPerProject; n += 1) {
      await createTemplate(store, scope, { name: `${n}`, items: [] }, supplies);
    }
    await expect(createTemplate(store, scope, BODY, supplies)).rejects.toMatchObject({
      problem: { code: 'over_limit', limit: 100 },
    });
  });
});

describe('settings', () => {
  it('are an empty object before they are set, and come back as they were put', async () => {
    const { store, supplies } = fixture();
    expect(await readSetting(store, 'site')).toEqual({ scope: 'site', value: {} });
    const value = { defaultListName: 'To do', later: { nested: [null, 1] } };
    await putSetting(store, 'account-ada', { value }, supplies);
    await putSetting(store, 'account-ada', { scope: 'project-10000', value: { a: 1 } }, supplies);
    expect(await readSetting(store, 'site')).toEqual({ scope: 'site', value });
  });
});
