// SPDX-License-Identifier: Apache-2.0
import { StateMachine } from './state-machine.ts';

const ALLOWED = { ACTIVE: ['LINGER'], LINGER: ['DONE'], DONE: [] } as const;

describe('StateMachine', () => {
  it('follows the table', () => {
    const state = new StateMachine<keyof typeof ALLOWED>('thing', ALLOWED, 'ACTIVE');
    state.transition('LINGER');
    expect(state.current).toBe('LINGER');
  });

  it('refuses what the table does not allow, names it, and stays where it is', () => {
    const state = new StateMachine<keyof typeof ALLOWED>('thing', ALLOWED, 'ACTIVE');
    expect(() => state.transition('DONE')).toThrow('resource=thing from=ACTIVE to=DONE');
    expect(state.current).toBe('ACTIVE');
  });
});
