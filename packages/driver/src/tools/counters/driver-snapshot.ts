// SPDX-License-Identifier: Apache-2.0
/**
 * Looks at a driver again and again: when it is restarted in its directory, at the new one. Reads only. One per tool.
 */
import { type CncFile, cncFilePath, mapCncFile } from '@aeron/codecs/internal';
import { CountersReader, isAeronError, ManyToOneRingBuffer } from '@aeron/core/internal';
import { DRIVER_TIMEOUT_MS, type DriverFileCall, goneText, openCncFile } from '../driver-files.ts';
import type { ToolCall, ToolPorts } from '../tool-call.ts';
import { type CounterRow, readCounterRows } from './counter-row.ts';

/** A driver as it was at one moment; times are epoch ms. */
export interface DriverSnapshot {
  readonly timestampMs: number;
  /** Path of the command-and-control file. */
  readonly path: string;
  /** Layout version of that file. */
  readonly cncVersion: number;
  readonly pid: number;
  readonly startTimestampMs: number;
  /** When the driver last showed that it lives; 0 before the first time, -1 after it ended in order. */
  readonly heartbeatMs: number;
  readonly maxCounterId: number;
  readonly counters: readonly CounterRow[];
}

/** From this age on a heartbeat makes one look whether another driver has taken the directory over. */
const SUSPICIOUS_HEARTBEAT_AGE_MS = 2_000;

export class DriverView {
  readonly #ports: ToolPorts;
  readonly #path: string;
  #cnc: CncFile;

  private constructor(ports: ToolPorts, path: string, cnc: CncFile) {
    this.#ports = ports;
    this.#path = path;
    this.#cnc = cnc;
  }

  /** @throws AeronError as `openCncFile`. */
  static async open(call: DriverFileCall): Promise<DriverView> {
    return new DriverView(call.ports, cncFilePath(call.directory), await openCncFile(call));
  }

  /** The driver as it is now. */
  snapshot(): DriverSnapshot {
    if (this.#ports.clock.epochMs() - heartbeatOf(this.#cnc) > SUSPICIOUS_HEARTBEAT_AGE_MS) {
      this.#followRestart();
    }
    const cnc = this.#cnc;
    const counters = new CountersReader(cnc.countersMetadata, cnc.countersValues);
    return {
      timestampMs: this.#ports.clock.epochMs(),
      path: this.#path,
      cncVersion: cnc.version,
      pid: cnc.pid,
      startTimestampMs: cnc.startTimestampMs,
      heartbeatMs: heartbeatOf(cnc),
      maxCounterId: counters.maxCounterId,
      counters: readCounterRows(counters),
    };
  }

  close(): void {
    this.#cnc.close();
  }

  /** A new driver makes a new file; the old one stays mapped here until then, deleted or not. */
  #followRestart(): void {
    let found: CncFile;
    try {
      found = mapCncFile(this.#ports, this.#path, { access: 'read-only', acceptOlder: true });
    } catch (error) {
      if (isAeronError(error)) {
        return; // no driver, or one in the making: the next look will tell
      }
      throw error;
    }
    const isNew = found.pid !== this.#cnc.pid || found.startTimestampMs !== this.#cnc.startTimestampMs;
    const unused = isNew ? this.#cnc : found;
    this.#cnc = isNew ? found : this.#cnc;
    unused.close();
  }
}

/** Takes one snapshot of the driver of a directory. @throws AeronError as `openCncFile`. */
export async function takeSnapshot(call: DriverFileCall): Promise<DriverSnapshot> {
  const view = await DriverView.open(call);
  try {
    return view.snapshot();
  } finally {
    view.close();
  }
}

/** How long ago the driver last showed that it lives, as the reference reckons it. */
export function heartbeatAgeMs({ timestampMs, heartbeatMs }: DriverSnapshot): number {
  return timestampMs - heartbeatMs;
}

/** Whether the driver ended in order, or has not shown for long that it lives. */
export function isDriverGone(snapshot: DriverSnapshot): boolean {
  return heartbeatAgeMs(snapshot) > DRIVER_TIMEOUT_MS;
}

/** Tells the user, beside the output, when what he looks at was left behind. */
export function remarkIfGone({ remark }: Pick<ToolCall, 'remark'>, snapshot: DriverSnapshot): void {
  if (isDriverGone(snapshot)) {
    remark(goneText(snapshot));
  }
}

function heartbeatOf(cnc: CncFile): number {
  return new ManyToOneRingBuffer(cnc.toDriver).consumerHeartbeatTimeMs;
}
