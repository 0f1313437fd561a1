import { describe, expect, it } from '@jest/globals';
import { createRegister } from './register.ts';

describe('the register of unmodelled calls', () => {
  it('answers 501, counts the same call and keeps the order of first sight', () => {
    const register = createRegister();
    expect(register.refuse('Jira', 'GET /b')).toMatchObject({
      status: 501,
      body: { code: 'NOT_MODELLED' },
    });
    register.refuse('Jira', 'GET /a');
    register.refuse('Jira', 'GET /b');
    expect(register.list()).toEqual([
      { room: 'Jira', what: 'GET /b', count: 2 },
      { room: 'Jira', what: 'GET /a', count: 1 },
    ]);
  });
});
