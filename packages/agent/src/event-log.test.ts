// SPDX-License-Identifier: Apache-2.0
import { inspect } from 'node:util';
import { EventMemory } from '@aeron/codecs/internal';
import { SimulatedWorld } from '@aeron/core/testing';
import { EventLog } from './event-log.ts';

describe('an event log', () => {
  it('is inspected as its facts, not as its insides', async () => {
    const world = new SimulatedWorld(1);
    world.host('here');
    let end: (exitCode: number) => void = () => undefined;
    const thread = {
      name: 'reader',
      exited: new Promise<number>((resolve) => {
        end = resolve;
      }),
      post: () => undefined,
      onMessage: () => undefined,
      onError: () => undefined,
      holdProcess: () => undefined,
      terminate: async () => undefined,
    };
    const memory = EventMemory.create(64 * 1024);
    const log = new EventLog(memory, { platform: world.platform('here'), thread, warn: () => undefined });
    expect(inspect(log)).toBe('EventLog{droppedCount=0 isReaderRunning=true}');
    end(0);
    await thread.exited;
    await undefined;
    expect(`${log}`).toBe('EventLog{droppedCount=0 isReaderRunning=false}');
  });
});
