// SPDX-License-Identifier: Apache-2.0
/**
 * The agent that sends: all network publications, over all send end points, and what their receivers answer. It shares nothing
 * with the conductor but queues, mapped memory and the state table, so it may run in any thread. It never blocks, and never
 * lets one publication or end point keep the others waiting for long.
 *
 *     each pass    one command ─▶ every publication, from another one each time ─▶ control sockets, when due
 *                  ─▶ names behind which nobody answers, once a second
 *
 * @hot
 * @source aeron-driver/Sender
 */
import { type Agent, CachedClock, type Clock, DutyCycleTracker } from '@aeron/core/internal';
import type { SenderCommand } from '../agents/agent-commands.ts';
import type { AgentInbox } from '../agents/agent-queue.ts';
import { ConductorOutbox } from '../agents/conductor-outbox.ts';
import { type DriverEvents, NO_DRIVER_EVENTS } from '../events/driver-events.ts';
import { ControlFrames } from './control-frames.ts';
import type { SendEndpoint } from './send-endpoint.ts';
import { SenderCommands } from './sender-commands.ts';
import { SenderCounters } from './sender-counters.ts';
import type { SenderPublication } from './sender-publication.ts';
import type { SenderResources } from './sender-resources.ts';

const COMMAND_DRAIN_LIMIT = 1;
/** Errors that come back in each pass are told at most this often. */
const ERROR_INTERVAL_NS = 1_000_000_000;

export class Sender implements Agent {
  readonly roleName: string;
  readonly #realClock: Clock;
  readonly #clock = new CachedClock();
  readonly #inbox: AgentInbox<SenderCommand>;
  readonly #outbox: ConductorOutbox;
  readonly #counters: SenderCounters;
  readonly #dutyCycle: DutyCycleTracker;
  readonly #publications: readonly SenderPublication[];
  readonly #endpoints: readonly SendEndpoint[];
  readonly #commands: SenderCommands;
  readonly #controlFrames: ControlFrames;
  readonly #events: DriverEvents;
  readonly #onCommand: (command: SenderCommand) => void;
  readonly #pollIntervalNs: number;
  readonly #pollRatio: number;
  readonly #reResolutionIntervalNs: number;
  #startIndex = 0;
  #passesSincePoll = 0;
  #pollDeadlineNs = 0;
  #reResolutionDeadlineNs = 0;
  #lastErrorNs = Number.NEGATIVE_INFINITY;

  constructor(resources: SenderResources, roleName = 'sender') {
    const { config, clock, conductor, counterValues, events = NO_DRIVER_EVENTS } = resources;
    this.roleName = roleName;
    const counters = new SenderCounters(counterValues);
    const outbox = new ConductorOutbox(conductor, counters.conductorProxyFails, roleName);
    const commands = new SenderCommands(resources, { clock: this.#clock, counters, outbox, events });
    this.#realClock = clock;
    this.#inbox = resources.inbox;
    this.#outbox = outbox;
    this.#counters = counters;
    this.#dutyCycle = new DutyCycleTracker({
      maxCycleTime: counters.maxCycleTime,
      cycleTimeThresholdExceededCount: counters.cycleTimeThresholdExceeded,
      cycleTimeThresholdNs: config.senderCycleThresholdNs,
    });
    this.#commands = commands;
    this.#publications = commands.publications;
    this.#endpoints = commands.endpoints;
    this.#controlFrames = new ControlFrames(counters, outbox, events);
    this.#events = events;
    this.#onCommand = (command) => commands.onCommand(command);
    this.#pollIntervalNs = config.statusMessageTimeoutNs / 2;
    this.#pollRatio = config.sendToStatusMessagePollRatio;
    this.#reResolutionIntervalNs = config.reResolutionCheckIntervalNs;
  }

  get isDormant(): boolean {
    return this.#publications.length === 0 && this.#endpoints.length === 0;
  }

  hasNews(): boolean {
    return !this.#inbox.isEmpty || this.#outbox.waitingCount > 0;
  }

  onRested(): void {
    this.#dutyCycle.update(this.#realClock.nanoTime());
  }

  onStart(): void {
    const nowNs = this.#realClock.nanoTime();
    this.#clock.updateNanoTime(nowNs);
    this.#dutyCycle.update(nowNs);
    this.#reResolutionDeadlineNs = nowNs + this.#reResolutionIntervalNs;
  }

  doWork(): number {
    const nowNs = this.#realClock.nanoTime();
    this.#clock.updateNanoTime(nowNs);
    this.#dutyCycle.measureAndUpdate(nowNs);
    this.#events.refresh();
    let workCount = this.#outbox.flush();
    workCount += this.#inbox.drain(this.#onCommand, COMMAND_DRAIN_LIMIT);
    workCount += this.#commands.checkSockets();

    const shortSendsBefore = this.#counters.shortSendCount;
    const bytesSent = this.#send(nowNs);
    const isPollDue =
      bytesSent === 0 ||
      ++this.#passesSincePoll >= this.#pollRatio ||
      this.#pollDeadlineNs < nowNs ||
      shortSendsBefore !== this.#counters.shortSendCount;
    if (isPollDue) {
      this.#passesSincePoll = 0;
      this.#pollDeadlineNs = nowNs + this.#pollIntervalNs;
      workCount += this.#poll(nowNs);
    }
    if (this.#reResolutionIntervalNs > 0 && this.#reResolutionDeadlineNs < nowNs) {
      this.#reResolutionDeadlineNs = nowNs + this.#reResolutionIntervalNs;
      this.#checkReResolution(nowNs);
    }
    return workCount + bytesSent;
  }

  onClose(): void {
    this.#commands.close();
  }

  #send(nowNs: number): number {
    const publications = this.#publications;
    const count = publications.length;
    const start = this.#startIndex < count ? this.#startIndex : 0;
    this.#startIndex = start + 1;
    let bytesSent = 0;
    for (let i = start; i < count; i++) {
      bytesSent += this.#sendOne(publications[i] as SenderPublication, nowNs);
    }
    for (let i = 0; i < start; i++) {
      bytesSent += this.#sendOne(publications[i] as SenderPublication, nowNs);
    }
    if (bytesSent > 0) {
      this.#counters.bytesSent.getAndAddRelease(bytesSent);
    }
    return bytesSent;
  }

  /** What goes wrong with one stream must not keep the others waiting. */
  #sendOne(publication: SenderPublication, nowNs: number): number {
    try {
      return publication.send(nowNs);
    } catch (error) {
      this.#onError(error, nowNs);
      return 0;
    }
  }

  #poll(nowNs: number): number {
    let bytesReceived = 0;
    for (let i = 0; i < this.#endpoints.length; i++) {
      const endpoint = this.#endpoints[i] as SendEndpoint;
      if (endpoint.isOpen) {
        bytesReceived += this.#pollEndpoint(endpoint, nowNs);
      }
    }
    return bytesReceived;
  }

  #pollEndpoint(endpoint: SendEndpoint, nowNs: number): number {
    try {
      return this.#controlFrames.poll(endpoint, nowNs);
    } catch (error) {
      this.#onError(error, nowNs);
      return 0;
    }
  }

  /** @cold */
  #onError(error: unknown, nowNs: number): void {
    if (nowNs - this.#lastErrorNs >= ERROR_INTERVAL_NS) {
      this.#lastErrorNs = nowNs;
      this.#outbox.onError(error, true);
    }
  }

  #checkReResolution(nowNs: number): void {
    for (let i = 0; i < this.#endpoints.length; i++) {
      (this.#endpoints[i] as SendEndpoint).checkReResolution(nowNs);
    }
  }
}
