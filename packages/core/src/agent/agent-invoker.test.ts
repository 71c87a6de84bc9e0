// SPDX-License-Identifier: Apache-2.0
import { AgentTerminationError } from '../errors/aeron-error.ts';
import type { Agent } from './agent.ts';
import { AgentInvoker } from './agent-invoker.ts';

function recordingAgent(work: () => number = () => 1): { agent: Agent; calls: string[] } {
  const calls: string[] = [];
  const agent: Agent = {
    roleName: 'tester',
    onStart: () => calls.push('start'),
    doWork: () => {
      calls.push('work');
      return work();
    },
    onClose: () => calls.push('close'),
  };
  return { agent, calls };
}

describe('AgentInvoker', () => {
  const errors: Error[] = [];
  const errorHandler = (error: Error): void => {
    errors.push(error);
  };
  beforeEach(() => errors.splice(0));

  it('starts, works and closes an agent once', () => {
    const { agent, calls } = recordingAgent();
    const invoker = new AgentInvoker({ agent, errorHandler });
    expect(invoker.invoke()).toBe(0);
    invoker.start();
    invoker.start();
    expect(invoker.invoke()).toBe(1);
    invoker.close();
    invoker.close();
    expect(invoker.invoke()).toBe(0);
    expect(calls).toEqual(['start', 'work', 'close']);
  });

  it('closes an agent that never started', () => {
    const { agent, calls } = recordingAgent();
    const invoker = new AgentInvoker({ agent, errorHandler });
    invoker.close();
    invoker.start();
    expect(calls).toEqual(['close']);
    expect(invoker.isRunning).toBe(false);
  });

  it('reports a failed start and closes', () => {
    const { agent, calls } = recordingAgent();
    const failing = {
      ...agent,
      onStart: () => {
        throw new Error('no start');
      },
    };
    const invoker = new AgentInvoker({ agent: failing, errorHandler });
    invoker.start();
    expect(errors.map(String)).toEqual(['Error: no start']);
    expect(calls).toEqual(['close']);
    expect(invoker.isClosed).toBe(true);
  });

  it('counts and reports errors of the work and goes on', () => {
    let increments = 0;
    const errorCounter = { isClosed: false, increment: () => ++increments };
    const { agent } = recordingAgent(() => {
      throw 'a string';
    });
    const invoker = new AgentInvoker({ agent, errorHandler, errorCounter });
    invoker.start();
    invoker.invoke();
    errorCounter.isClosed = true;
    invoker.invoke();
    expect(invoker.isRunning).toBe(true);
    expect(increments).toBe(1);
    expect(errors.map((error) => error.message)).toEqual([
      'not an Error was thrown: a string',
      'not an Error was thrown: a string',
    ]);
  });

  it.each([
    [false, 1],
    [true, 0],
  ])('ends on a termination error, expected=%s, with %i reports', (isExpected, reports) => {
    const { agent, calls } = recordingAgent(() => {
      throw new AgentTerminationError('enough', { isExpected });
    });
    const invoker = new AgentInvoker({ agent, errorHandler });
    invoker.start();
    invoker.invoke();
    expect(invoker.isRunning).toBe(false);
    expect(calls).toEqual(['start', 'work', 'close']);
    expect(errors).toHaveLength(reports);
  });

  it('reports an error of onClose', () => {
    const agent: Agent = {
      roleName: 'tester',
      doWork: () => 0,
      onClose: () => {
        throw new Error('no close');
      },
    };
    new AgentInvoker({ agent, errorHandler }).close();
    expect(errors.map((error) => error.message)).toEqual(['no close']);
  });
});
