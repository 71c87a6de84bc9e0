// SPDX-License-Identifier: Apache-2.0
/**
 * The log events of a driver as its agents see them. Whether anybody reads is not the driver's business: a process that
 * loaded @aeron/agent has memory for events, which every thread of it finds by itself; any other process has none, and all hooks
 * stay off.
 */
import { driverEvents, EVENT_MEMORY_NAME, EventMemory, EventSource } from '@aeron/codecs/internal';
import { type Platform, VERSION } from '@aeron/core/internal';

/** Of one thread; its agents share it, and each refreshes it in its duty cycle. */
export type DriverEvents = EventSource<(typeof driverEvents)['rows']>;

/** Everything off. */
export const NO_DRIVER_EVENTS: DriverEvents = new EventSource(driverEvents);

type EventPlatform = Pick<Platform, 'clock' | 'host'>;

/** @throws AeronError INVALID_ARGUMENT when another version of @aeron/agent made the memory. */
export function findDriverEvents(platform: EventPlatform): DriverEvents {
  const memory = eventMemoryOf(platform);
  return memory === undefined ? NO_DRIVER_EVENTS : new EventSource(driverEvents, memory, platform.clock);
}

function eventMemoryOf({ host }: EventPlatform): EventMemory | undefined {
  const shared = host.sharedMemory(EVENT_MEMORY_NAME);
  return shared === undefined ? undefined : new EventMemory(shared);
}

/** Tells the reader of events which directory a driver of this process serves, so that commands find it. */
export class ServedDirectory {
  readonly #memory: EventMemory | undefined;
  #index = -1;

  constructor(platform: EventPlatform) {
    this.#memory = eventMemoryOf(platform);
  }

  open(aeronDirectory: string, events: DriverEvents): void {
    this.#index = this.#memory?.openDirectory(aeronDirectory) ?? -1;
    if (events.isAnyOn) {
      events.log('START', { version: VERSION });
    }
  }

  /** Idempotent. */
  close(): void {
    this.#memory?.closeDirectory(this.#index);
    this.#index = -1;
  }
}
