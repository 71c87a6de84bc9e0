// SPDX-License-Identifier: Apache-2.0
/** The directory of a driver on a simulated host, filled by hand, and calls of tools that look at it. For tests. */
import {
  type CncFile,
  type CounterIdentity,
  channelCounter,
  DRIVER_COUNTERS,
  type DriverCounterRow,
  heartbeatCounter,
  streamCounter,
} from '@aeron/codecs/internal';
import { CountersManager, DistinctErrorLog, ManyToOneRingBuffer } from '@aeron/core/internal';
import { type SimulatedPlatform, SimulatedWorld } from '@aeron/core/testing';
import { createCncFile, signalReady } from '../../cnc/create-cnc-file.ts';
import { type DriverConfig, resolveDriverConfig } from '../../config/driver-config.ts';
import { createLossReportFile, LossReport } from '../../reports/loss-report.ts';
import { SystemCounters } from '../../status/system-counters.ts';
import type { ToolCall, ToolText } from '../tool-call.ts';

const HOST = 'machine';
const STEP_NS = 10_000_000;
export const TOOL_DIRECTORY = '/dev/shm/aeron-tools';

/** What counters of a stream are made of. */
export interface StreamOfTest {
  readonly registrationId: number;
  readonly sessionId: number;
  readonly streamId: number;
  readonly channel: string;
}

/** A driver without agents: its files, as a driver that has just started leaves them. */
export class DriverOfTest {
  readonly cnc: CncFile;
  readonly counters: CountersManager;
  readonly errors: DistinctErrorLog;
  readonly lossReport: LossReport;
  readonly toDriver: ManyToOneRingBuffer;
  readonly #platform: SimulatedPlatform;

  constructor(platform: SimulatedPlatform, config: DriverConfig) {
    this.#platform = platform;
    platform.files.createDirectories(config.aeronDirectoryName);
    this.cnc = createCncFile(platform, config);
    this.counters = new CountersManager(this.cnc.countersMetadata, this.cnc.countersValues, {
      epochClock: platform.clock,
      labelCharset: 'ascii',
    });
    new SystemCounters(this.counters, config);
    this.errors = new DistinctErrorLog(this.cnc.errorLog, platform.clock);
    this.lossReport = new LossReport(createLossReportFile(platform.mapper, config));
    this.toDriver = new ManyToOneRingBuffer(this.cnc.toDriver);
    signalReady(this.cnc, this.toDriver, platform.clock);
  }

  heartbeat(): void {
    this.toDriver.putConsumerHeartbeatTimeMs(this.#platform.clock.epochMs());
  }

  /** @returns the counter's id. */
  add(identity: CounterIdentity, value: number, registrationId = 0): number {
    const id = this.counters.allocate(identity.label, identity.typeId, (key) => key.putUint8Array(0, identity.key));
    this.counters.setCounterValue(id, value);
    this.counters.setCounterRegistrationId(id, registrationId);
    return id;
  }

  addStream(row: DriverCounterRow, stream: StreamOfTest, value: number, joinPosition?: number): number {
    return this.add(streamCounter(row, stream, joinPosition), value, stream.registrationId);
  }

  addChannel(channel: string, status: number): number {
    return this.add(channelCounter(DRIVER_COUNTERS.SEND_CHANNEL_STATUS, channel), status);
  }

  addClient(clientId: number): number {
    return this.add(heartbeatCounter(DRIVER_COUNTERS.CLIENT_HEARTBEAT, clientId), this.#platform.clock.epochMs());
  }
}

export class ToolHarness {
  readonly world = new SimulatedWorld(7);
  readonly host = this.world.host(HOST);
  /** Ports of the tool's process. */
  readonly platform = this.world.platform(HOST);
  readonly aborting = new AbortController();
  readonly remarks: string[] = [];

  startDriver(directory = TOOL_DIRECTORY): DriverOfTest {
    const platform = this.world.platform(HOST);
    const options = {
      aeronDirectoryName: directory,
      counterValuesBufferLength: '1m',
      conductorBufferLength: 1024 * 1024 + 768,
    };
    return new DriverOfTest(platform, resolveDriverConfig({ options }, platform));
  }

  call(changes: Partial<ToolCall> = {}): ToolCall {
    return {
      ports: this.platform,
      directory: TOOL_DIRECTORY,
      timeoutMs: 0,
      json: false,
      signal: this.aborting.signal,
      remark: (text) => {
        this.remarks.push(text);
      },
      ...changes,
    };
  }

  /** Lets virtual time pass until `work` is done. */
  async run<T>(work: Promise<T>): Promise<T> {
    let isDone = false;
    const end = (): void => {
      isDone = true;
    };
    work.then(end, end);
    while (!isDone) {
      await new Promise((resolve) => setImmediate(resolve));
      this.world.step(isDone ? 0 : STEP_NS);
    }
    return work;
  }

  /** All that the tool prints. */
  textOf(text: ToolText): Promise<string> {
    return this.run(collected(text));
  }
}

async function collected(text: ToolText): Promise<string> {
  let all = '';
  for await (const piece of text) {
    all += piece;
  }
  return all;
}
