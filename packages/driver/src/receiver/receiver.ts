// SPDX-License-Identifier: Apache-2.0
/**
 * The agent that takes what the network brings: polls the sockets of all receive end points, and has every image send what is
 * due. Takes one command of the conductor in a pass; shares nothing with it but queues, mapped memory and the image states, so
 * that it may run in a thread of its own.
 */
import { type Agent, CachedClock, DutyCycleTracker } from '@aeron/core/internal';
import type { ReceiverCommand } from '../agents/agent-commands.ts';
import { ConductorOutbox } from '../agents/conductor-outbox.ts';
import { NO_DRIVER_EVENTS } from '../events/driver-events.ts';
import { WildcardPortManager } from '../media/wildcard-port-manager.ts';
import { ReceiveEndpoints } from './receive-endpoints.ts';
import { executeReceiverCommand, receiverCommandHandlers } from './receiver-commands.ts';
import { ReceiverCounters } from './receiver-counters.ts';
import { ReceiverImages } from './receiver-images.ts';
import type { ReceiverResources } from './receiver-resources.ts';
import type { ReceiverServices } from './receiver-services.ts';

const COMMAND_DRAIN_LIMIT = 1;

/** @source aeron-driver/Receiver */
export class Receiver implements Agent {
  readonly roleName: string;
  readonly #resources: ReceiverResources;
  readonly #services: ReceiverServices;
  readonly #time = new CachedClock();
  readonly #dutyCycle: DutyCycleTracker;
  readonly #endpoints: ReceiveEndpoints;
  readonly #images: ReceiverImages;
  readonly #handlers: ReturnType<typeof receiverCommandHandlers>;
  #reResolutionDeadlineNs = 0;

  constructor(resources: ReceiverResources, roleName = 'receiver') {
    const { clock, datagrams, config, onReadable, events = NO_DRIVER_EVENTS } = resources;
    const counters = new ReceiverCounters(resources.counterValues);
    this.roleName = roleName;
    this.#resources = resources;
    this.#services = {
      ...{ time: this.#time, clock, datagrams, onReadable, config, counters, events },
      ports: new WildcardPortManager(config.wildcardPortRange, false),
      outbox: new ConductorOutbox(resources.conductor, counters.conductorProxyFails, roleName),
    };
    this.#images = new ReceiverImages(resources, this.#services);
    this.#endpoints = new ReceiveEndpoints(this.#services, this.#images, resources.endpointLoss);
    this.#handlers = receiverCommandHandlers(this.#endpoints, this.#images);
    this.#dutyCycle = new DutyCycleTracker({
      maxCycleTime: counters.maxCycleTime,
      cycleTimeThresholdExceededCount: counters.cycleTimeThresholdExceeded,
      cycleTimeThresholdNs: config.receiverCycleThresholdNs,
    });
  }

  get isDormant(): boolean {
    return this.#endpoints.isEmpty && this.#images.count === 0;
  }

  hasNews(): boolean {
    return !this.#resources.inbox.isEmpty || this.#services.outbox.waitingCount > 0;
  }

  onRested(): void {
    this.#dutyCycle.update(this.#resources.clock.nanoTime());
  }

  onStart(): void {
    const nowNs = this.#resources.clock.nanoTime();
    this.#time.updateNanoTime(nowNs);
    this.#dutyCycle.update(nowNs);
    this.#reResolutionDeadlineNs = nowNs + this.#services.config.reResolutionCheckIntervalNs;
  }

  doWork(): number {
    const nowNs = this.#resources.clock.nanoTime();
    this.#time.updateNanoTime(nowNs);
    this.#dutyCycle.measureAndUpdate(nowNs);
    this.#services.events.refresh();
    let workCount = this.#services.outbox.flush();
    workCount += this.#resources.inbox.drain(this.#onCommand, COMMAND_DRAIN_LIMIT);
    workCount += this.#poll();
    workCount += this.#images.work(nowNs);
    workCount += this.#endpoints.onTimers(nowNs);
    this.#checkReResolutions(nowNs);
    return workCount;
  }

  onClose(): void {
    this.#images.close();
    this.#endpoints.closeAll();
  }

  #poll(): number {
    const bytesReceived = this.#endpoints.poll();
    if (bytesReceived > 0) {
      this.#services.counters.bytesReceived.getAndAddRelease(bytesReceived);
    }
    return bytesReceived;
  }

  #checkReResolutions(nowNs: number): void {
    const intervalNs = this.#services.config.reResolutionCheckIntervalNs;
    if (intervalNs > 0 && this.#reResolutionDeadlineNs - nowNs < 0) {
      this.#reResolutionDeadlineNs = nowNs + intervalNs;
      this.#endpoints.checkReResolutions(nowNs);
    }
  }

  readonly #onCommand = (command: ReceiverCommand): void => {
    try {
      executeReceiverCommand(this.#handlers, command);
    } catch (error) {
      this.#services.outbox.onError(error);
    }
  };
}
