// SPDX-License-Identifier: Apache-2.0
/**
 * What hooks of the event log cost: a call site without one, with one in a process that has no event log, with one that is off
 * in a process that has, and one that is on. The work beside the hook is that of a small frame's send path: it reads a header.
 */
import { driverEvents, EventMemory, EventSource, maskOf, NO_EVENTS } from '@aeron/codecs/internal';
import { AtomicBuffer } from '@aeron/core/internal';
import type { DriverEvents } from '../../packages/driver/src/events/driver-events.ts';
import { measure } from './micro.ts';

const CALLS = 20_000_000;
const CALLS_ON = 1_000_000;
const FRAME_LENGTH = 64;
const buffer = AtomicBuffer.allocate(4096);
const clock = { nanoTime: () => 1 };
let sum = 0;

function send(offset: number): void {
  sum = (sum + buffer.getInt32(offset) + buffer.getInt32(offset + 8) + buffer.getUint16(offset + 6)) | 0;
}

class Plain {
  send(offset: number): void {
    send(offset);
  }
}

class Hooked {
  readonly #events: DriverEvents;

  constructor(events: DriverEvents) {
    this.#events = events;
  }

  send(offset: number): void {
    if (this.#events.isOn.FRAME_OUT) {
      this.#events.logFrame('FRAME_OUT', '127.0.0.1', 40_123, buffer, offset, FRAME_LENGTH);
    }
    send(offset);
  }
}

/** Loops of their own: one that had both would have to find out at each call which it is. */
function plainCalls(path: Plain): (count: number) => void {
  return (count) => {
    for (let i = 0; i < count; i++) {
      path.send((i & 31) * FRAME_LENGTH);
    }
  };
}

function hookedCalls(path: Hooked): (count: number) => void {
  return (count) => {
    for (let i = 0; i < count; i++) {
      path.send((i & 31) * FRAME_LENGTH);
    }
  };
}

const memory = EventMemory.create(8 * 1024 * 1024);
const events = new EventSource(driverEvents, memory, clock);
buffer.putUint16(6, 1);

measure('without a hook', CALLS, plainCalls(new Plain()));
measure('with a hook, no event log in the process', CALLS, hookedCalls(new Hooked(new EventSource(driverEvents))));
measure('with a hook that is off', CALLS, hookedCalls(new Hooked(events)));
measure('a look at the generation, once in a duty cycle', CALLS, (count) => {
  for (let i = 0; i < count; i++) {
    events.refresh();
  }
});
memory.setEnabled(driverEvents.typeCode, maskOf([driverEvents.rows.FRAME_OUT.id]));
events.refresh();
const drain = (): void => {
  while (memory.ring.read(() => undefined, 100_000) > 0) {
    // so that there is room again
  }
};
const on = new Hooked(events);
measure('with a hook that is on', CALLS_ON, (count) => {
  for (let done = 0; done < count; done += 10_000) {
    drain();
    hookedCalls(on)(Math.min(10_000, count - done));
  }
});
memory.setEnabled(driverEvents.typeCode, NO_EVENTS);
events.refresh();
measure('with a hook that is off again', CALLS, hookedCalls(on));
console.log(`(dropped ${memory.droppedCount}, sum ${sum})`);
