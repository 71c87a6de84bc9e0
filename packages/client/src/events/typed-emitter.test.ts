// SPDX-License-Identifier: Apache-2.0
import { TypedEmitter } from './typed-emitter.ts';

interface Events extends Record<string, readonly unknown[]> {
  tick: [count: number];
}

describe('a typed emitter', () => {
  it('calls listeners in order, and each registration once', () => {
    const seen: string[] = [];
    const emitter = new TypedEmitter<Events>(() => undefined);
    const twice = (count: number): void => void seen.push(`twice ${count}`);
    emitter.on('tick', twice);
    emitter.on('tick', (count) => seen.push(`other ${count}`));
    emitter.on('tick', twice);
    expect(emitter.emit('tick', 1)).toBe(true);
    emitter.off('tick', twice);
    emitter.emit('tick', 2);
    expect(seen).toEqual(['twice 1', 'other 1', 'twice 1', 'twice 2', 'other 2']);
    expect(emitter.listenerCount('tick')).toBe(2);
  });

  it('forgets a listener that wanted to hear it once, before calling it', () => {
    const emitter = new TypedEmitter<Events>(() => undefined);
    let calls = 0;
    emitter.once('tick', () => {
      calls++;
      emitter.emit('tick', 2);
    });
    emitter.emit('tick', 1);
    expect(calls).toBe(1);
    expect(emitter.emit('tick', 3)).toBe(false);
  });

  it('goes on after a listener that throws', () => {
    const errors: unknown[] = [];
    const emitter = new TypedEmitter<Events>((error) => errors.push(error));
    let calls = 0;
    emitter.on('tick', () => {
      throw new Error('broken');
    });
    emitter.on('tick', () => calls++);
    emitter.emit('tick', 1);
    expect([calls, errors.length]).toEqual([1, 1]);
  });

  it('keeps to the listeners that it began with', () => {
    const seen: string[] = [];
    const emitter = new TypedEmitter<Events>(() => undefined);
    const late = (): void => void seen.push('late');
    emitter.on('tick', () => {
      seen.push('first');
      emitter.on('tick', late);
    });
    emitter.emit('tick', 1);
    expect(seen).toEqual(['first']);
  });
});
