// SPDX-License-Identifier: Apache-2.0
/**
 * Shows the driver that this client lives, and looks whether the driver does and whether this client was serviced in time.
 * Each failure here is the end of the client.
 *
 * The driver creates the client's heartbeat counter with its first resource; until then the client looks for it at every
 * check.
 */
import { findHeartbeatCounterId, heartbeatLabelSuffix, isHeartbeatActive } from '@aeron/codecs/internal';
import { AeronError, type CountersReader, NULL_COUNTER_ID } from '@aeron/core';
import { AtomicCounter, type Clock, COMMIT, formatDurationNs, VERSION } from '@aeron/core/internal';
import { appendToLabel } from '../counter/counter-label.ts';
import { ConductorServiceTimeoutError, DriverTimeoutError } from '../errors/client-errors.ts';
import type { DriverProxy } from './driver-proxy.ts';

const DRIVER_ENDED = -1;
const NS_PER_MS = 1e6;
const BLOCKED_ADVICE =
  'the event loop was blocked, or the process stopped. Do long work in pieces or in a worker thread, ' +
  'or let the driver wait longer (aeron.client.liveness.timeout)';

export interface LivenessOptions {
  readonly clock: Clock;
  readonly proxy: DriverProxy;
  readonly counters: CountersReader;
  readonly aeronDirectory: string;
  readonly clientName: string;
  readonly driverTimeoutMs: number;
  readonly keepAliveIntervalNs: number;
  /** How long this client may go without service; the driver gives it up after that. */
  readonly interServiceTimeoutNs: number;
}

export class Liveness {
  readonly #options: LivenessOptions;
  #lastServiceNs: number;
  #lastKeepAliveNs: number;
  #heartbeat: AtomicCounter | undefined;

  constructor(options: LivenessOptions) {
    this.#options = options;
    this.#lastServiceNs = this.#lastKeepAliveNs = options.clock.nanoTime();
  }

  get lastServiceNs(): number {
    return this.#lastServiceNs;
  }

  /** @throws ConductorServiceTimeoutError when the last service was too long ago. */
  onService(nowNs: number): void {
    const intervalNs = nowNs - this.#lastServiceNs;
    const { interServiceTimeoutNs } = this.#options;
    if (intervalNs > interServiceTimeoutNs) {
      throw new ConductorServiceTimeoutError(
        `service interval exceeded: timeout=${formatDurationNs(interServiceTimeoutNs)} ` +
          `interval=${formatDurationNs(Math.round(intervalNs / NS_PER_MS) * NS_PER_MS)}: ${BLOCKED_ADVICE}`,
      );
    }
    this.#lastServiceNs = nowNs;
  }

  /**
   * Once per keep-alive interval: checks the driver's heartbeat and writes the client's.
   *
   * @returns 1 when it did, else 0.
   * @throws DriverTimeoutError when the driver is gone; AeronError when it gave this client up.
   */
  keepAlive(nowNs: number): number {
    if (nowNs - this.#lastKeepAliveNs <= this.#options.keepAliveIntervalNs) {
      return 0;
    }
    const nowMs = this.#options.clock.epochMs();
    this.#checkDriver(nowMs);
    if (this.#writeHeartbeat(nowMs)) {
      this.#lastKeepAliveNs = nowNs;
    }
    return 1;
  }

  #checkDriver(nowMs: number): void {
    const { proxy, driverTimeoutMs, aeronDirectory } = this.#options;
    const heartbeatMs = proxy.driverHeartbeatMs;
    if (heartbeatMs === DRIVER_ENDED) {
      throw new DriverTimeoutError(`MediaDriver (${aeronDirectory}) has been shutdown`);
    }
    if (nowMs > heartbeatMs + driverTimeoutMs) {
      const age = `age=${nowMs - heartbeatMs}ms > timeout=${driverTimeoutMs}ms`;
      throw new DriverTimeoutError(`MediaDriver (${aeronDirectory}) keepalive: ${age}`);
    }
  }

  #writeHeartbeat(nowMs: number): boolean {
    const { counters, proxy, clientName } = this.#options;
    const heartbeat = this.#heartbeat;
    if (heartbeat !== undefined) {
      if (!isHeartbeatActive(counters, heartbeat.id, proxy.clientId)) {
        throw new AeronError('AERON', `unexpected close of heartbeat timestamp counter: counterId=${heartbeat.id}`, {
          category: 'FATAL',
        });
      }
      heartbeat.set(nowMs);
      return true;
    }
    const counterId = findHeartbeatCounterId(counters, proxy.clientId);
    if (counterId === NULL_COUNTER_ID) {
      return false;
    }
    this.#heartbeat = new AtomicCounter(counters.valuesBuffer, counterId);
    this.#heartbeat.set(nowMs);
    appendToLabel(counters.metadataBuffer, counterId, heartbeatLabelSuffix(clientName, VERSION, COMMIT));
    return true;
  }
}
