// SPDX-License-Identifier: Apache-2.0
/** The counters of a driver as they were at one moment. Reads memory that other processes write; what it returns is a copy. */
import {
  ChannelEndpointStatus,
  channelEndpointStatusName,
  DRIVER_COUNTERS,
  readChannelCounterKey,
  readHeartbeatKey,
  readLocalSocketAddressKey,
  readStreamCounterKey,
  readSystemCounterKey,
  SYSTEM_COUNTER_TYPE_ID,
  SYSTEM_COUNTERS,
} from '@aeron/codecs/internal';
import { AtomicBuffer, CounterState, type CountersReader, NULL_COUNTER_ID } from '@aeron/core/internal';

export interface CounterRow {
  readonly id: number;
  readonly typeId: number;
  readonly value: bigint;
  readonly registrationId: number;
  readonly ownerId: number;
  readonly referenceId: number;
  /** As its owner wrote it; not fit to be printed as it is. */
  readonly label: string;
  /** A copy of the key. */
  readonly key: AtomicBuffer;
}

/** All counters in use, in the order of their ids. */
export function readCounterRows(counters: CountersReader): CounterRow[] {
  const rows: CounterRow[] = [];
  for (let id = counters.nextAllocated(0); id !== NULL_COUNTER_ID; id = counters.nextAllocated(id + 1)) {
    const row: CounterRow = {
      id,
      typeId: counters.getCounterTypeId(id),
      value: counters.getCounterValueBigInt(id),
      registrationId: counters.getCounterRegistrationId(id),
      ownerId: counters.getCounterOwnerId(id),
      referenceId: counters.getCounterReferenceId(id),
      label: counters.getCounterLabel(id),
      key: new AtomicBuffer(Uint8Array.from(counters.getCounterKey(id).bytes)),
    };
    // Freed meanwhile: its key has been wiped, so the row would tell of a stream that never was.
    if (counters.getCounterState(id) === CounterState.ALLOCATED) {
      rows.push(row);
    }
  }
  return rows;
}

/** Key layout by type id. */
const KEY_KINDS = new Map<number, string>(Object.values(DRIVER_COUNTERS).map(({ typeId, key }) => [typeId, key]));
const CHANNEL_STATUS_TYPE_IDS: ReadonlySet<number> = new Set([
  DRIVER_COUNTERS.SEND_CHANNEL_STATUS.typeId,
  DRIVER_COUNTERS.RECEIVE_CHANNEL_STATUS.typeId,
]);

/** A counter with everything that is known about it, for programs. */
export function counterFacts(row: CounterRow): Readonly<Record<string, unknown>> {
  const { id, typeId, value, registrationId, ownerId, referenceId, label } = row;
  const status = CHANNEL_STATUS_TYPE_IDS.has(typeId) ? { status: channelEndpointStatusName(Number(value)) } : {};
  const key = keyFacts(row);
  const facts = { id, typeId, value, ...status, label, registrationId, ownerId, referenceId };
  return key === undefined ? facts : { ...facts, key };
}

/** The fields of the key; undefined where it can't be read or its layout is not known. */
function keyFacts({ typeId, key }: CounterRow): object | undefined {
  if (typeId === SYSTEM_COUNTER_TYPE_ID) {
    const systemCounterId = readSystemCounterKey(key);
    return { systemCounterId, name: SYSTEM_COUNTERS.find(({ id }) => id === systemCounterId)?.name };
  }
  switch (KEY_KINDS.get(typeId)) {
    case 'stream':
      return readStreamCounterKey(key);
    case 'channel':
      return { channel: readChannelCounterKey(key) };
    case 'localSocketAddress':
      return readLocalSocketAddressKey(key);
    case 'heartbeat':
      return { clientId: readHeartbeatKey(key) };
    default:
      return undefined;
  }
}

/** Whether the counter is a channel's that could not be opened. */
export function isErroredChannel({ typeId, value }: CounterRow): boolean {
  return CHANNEL_STATUS_TYPE_IDS.has(typeId) && value === BigInt(ChannelEndpointStatus.ERRORED);
}
