// SPDX-License-Identifier: Apache-2.0
import { EventEmitter } from 'node:events';
import { emitSafely } from './emit-safely.ts';

interface Events {
  tick: [count: number];
  error: [error: Error];
}

function newEmitter() {
  const emitter = new EventEmitter<Events>();
  const errors: unknown[] = [];
  const tick = (count: number): boolean => emitSafely(emitter, (error) => errors.push(error), 'tick', count);
  return { emitter, errors, tick };
}

describe('an event that is emitted safely', () => {
  it('comes to listeners in order, and once for each registration', () => {
    const { emitter, tick } = newEmitter();
    const seen: string[] = [];
    const twice = (count: number): void => void seen.push(`twice ${count}`);
    emitter.on('tick', twice);
    emitter.on('tick', (count) => seen.push(`other ${count}`));
    emitter.on('tick', twice);
    expect(tick(1)).toBe(true);
    emitter.off('tick', twice);
    tick(2);
    expect(seen).toEqual(['twice 1', 'other 1', 'twice 1', 'twice 2', 'other 2']);
  });

  it('is forgotten by a listener that wanted to hear it once, before that is called', () => {
    const { emitter, tick } = newEmitter();
    let calls = 0;
    emitter.once('tick', () => {
      calls++;
      tick(2);
    });
    tick(1);
    expect(calls).toBe(1);
    expect(tick(3)).toBe(false);
  });

  it('goes on after a listener that throws, and takes the rejection of one that is async', async () => {
    const { emitter, errors, tick } = newEmitter();
    let calls = 0;
    emitter.on('tick', () => {
      throw new Error('broken');
    });
    emitter.on('tick', async () => {
      throw new Error('broken later');
    });
    emitter.on('tick', () => calls++);
    tick(1);
    await new Promise(setImmediate);
    expect(calls).toBe(1);
    expect(errors).toEqual([new Error('broken'), new Error('broken later')]);
  });

  it('comes to the listeners that were there when it began', () => {
    const { emitter, tick } = newEmitter();
    const seen: string[] = [];
    const late = (): void => void seen.push('late');
    emitter.on('tick', () => {
      seen.push('first');
      emitter.on('tick', late);
    });
    tick(1);
    expect(seen).toEqual(['first']);
  });

  it('is not thrown when it is an error that nobody listens to', () => {
    const { emitter, errors } = newEmitter();
    const onError = (error: unknown): void => void errors.push(error);
    expect(emitSafely(emitter, onError, 'error', new Error('unheard'))).toBe(false);
    expect(errors).toEqual([]);
  });
});
