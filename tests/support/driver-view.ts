// SPDX-License-Identifier: Apache-2.0
/** Looks into the counters of a driver from outside, as the reference's AeronStat does. */
import { type CncFile, cncFilePath, mapCncFile, SYSTEM_COUNTERS, SystemCounterId } from '@aeron/codecs/internal';
import { CountersReader } from '@aeron/core';
import { isAeronError, nodePlatform } from '@aeron/core/internal';

export interface CounterView {
  readonly counterId: number;
  readonly typeId: number;
  readonly label: string;
  readonly value: number;
  readonly registrationId: number;
  readonly ownerId: number;
}

/** The driver's own counter of the datagram transport in use, which stays as long as the driver. */
const DATAGRAM_TRANSPORT_TYPE_ID = 10_001;

const platform = nodePlatform();

/** Holds a mapping; close it. */
export class DriverView {
  readonly #cnc: CncFile;
  readonly #counters: CountersReader;

  private constructor(cnc: CncFile) {
    this.#cnc = cnc;
    this.#counters = new CountersReader(cnc.countersMetadata, cnc.countersValues);
  }

  static open(directory: string): DriverView {
    return new DriverView(mapCncFile(platform, cncFilePath(directory), { access: 'read-only' }));
  }

  system(name: keyof typeof SystemCounterId): number {
    return this.#counters.getCounterValue(SystemCounterId[name]);
  }

  /** All but those that the driver keeps for itself as long as it runs. */
  counters(): CounterView[] {
    const found: CounterView[] = [];
    this.#counters.forEachMetadata((counterId, typeId, _key, label) => {
      if (counterId >= SYSTEM_COUNTERS.length && typeId !== DATAGRAM_TRANSPORT_TYPE_ID) {
        const value = this.#counters.getCounterValue(counterId);
        const registrationId = this.#counters.getCounterRegistrationId(counterId);
        const ownerId = this.#counters.getCounterOwnerId(counterId);
        found.push({ counterId, typeId, label, value, registrationId, ownerId });
      }
    });
    return found;
  }

  close(): void {
    this.#cnc.close();
  }
}

/** Process id in the CnC file of a directory; undefined where there is no sound one yet. */
export function servingPid(directory: string): number | undefined {
  try {
    const cnc = mapCncFile(platform, cncFilePath(directory), { access: 'read-only' });
    const { pid } = cnc;
    cnc.close();
    return pid;
  } catch (error) {
    if (isAeronError(error)) {
      return undefined;
    }
    throw error;
  }
}
