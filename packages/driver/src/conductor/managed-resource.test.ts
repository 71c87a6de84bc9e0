// SPDX-License-Identifier: Apache-2.0
import { AgentTerminationError } from '@aeron/core/internal';
import { ManagedResources } from './managed-resource.ts';

class Resource {
  readonly name: string;
  closed = 0;
  ticks = 0;
  hasReachedEndOfLife = false;
  failure: Error | undefined;
  closeFailure: Error | undefined;

  constructor(name: string) {
    this.name = name;
  }

  onTimeEvent(): void {
    this.ticks++;
    if (this.failure !== undefined) {
      throw this.failure;
    }
  }

  close(): void {
    this.closed++;
    if (this.closeFailure !== undefined) {
      throw this.closeFailure;
    }
  }
}

function fixture(...names: string[]) {
  const errors: Error[] = [];
  const list = new ManagedResources<Resource>((error) => errors.push(error));
  const resources = names.map((name) => new Resource(name));
  for (const resource of resources) {
    list.add(resource);
  }
  return { errors, list, resources: Object.fromEntries(resources.map((r) => [r.name, r])) as Record<string, Resource> };
}

describe('ManagedResources', () => {
  it('removes and closes those at the end of their life, and asks every other exactly once', () => {
    const { list, resources } = fixture('a', 'b', 'c', 'd');
    for (const name of ['a', 'd']) {
      (resources[name] as Resource).hasReachedEndOfLife = true;
    }
    list.onTimeEvent(0, 0);
    expect(list.items.map((resource) => resource.name).sort()).toEqual(['b', 'c']);
    expect(Object.values(resources).map((resource) => [resource.ticks, resource.closed])).toEqual([
      [1, 1],
      [1, 0],
      [1, 0],
      [1, 1],
    ]);
  });

  it('reports the error of one resource and goes on with the others', () => {
    const { errors, list, resources } = fixture('a', 'b', 'c');
    const [b, c] = [resources['b'] as Resource, resources['c'] as Resource];
    b.failure = new Error('b failed');
    c.hasReachedEndOfLife = true;
    c.closeFailure = new Error('c would not close');
    list.onTimeEvent(0, 0);
    expect(errors.map((error) => error.message).sort()).toEqual(['b failed', 'c would not close']);
    expect(resources['a']?.ticks).toBe(1);
    expect(list.items).toHaveLength(2);
  });

  it('lets a request to end the agent through', () => {
    const { list, resources } = fixture('a');
    (resources['a'] as Resource).failure = new AgentTerminationError('enough');
    expect(() => list.onTimeEvent(0, 0)).toThrow('enough');
  });

  it('takes one out without closing it', () => {
    const { list, resources } = fixture('a', 'b', 'c');
    expect(list.take((resource) => resource.name === 'a')).toBe(resources['a']);
    expect(list.take((resource) => resource.name === 'a')).toBeUndefined();
    expect(resources['a']?.closed).toBe(0);
    expect(list.items.map((resource) => resource.name).sort()).toEqual(['b', 'c']);
  });

  it('closes all and is empty', () => {
    const { list, resources } = fixture('a', 'b');
    list.closeAll();
    expect(list.items).toEqual([]);
    expect(Object.values(resources).map((resource) => resource.closed)).toEqual([1, 1]);
  });
});
