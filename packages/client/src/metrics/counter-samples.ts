// SPDX-License-Identifier: Apache-2.0
/**
 * One look at all counters, as samples with labels. Reads memory that other processes write: what it cannot make sense of gets fewer
 * labels, never an error.
 */
import {
  type DriverCounterRow,
  readChannelCounterKey,
  readHeartbeatKey,
  readLocalSocketAddressKey,
  readStreamCounterKey,
} from '@aeron/codecs/internal';
import { CounterState, type CountersReader, isAeronError, NULL_COUNTER_ID } from '@aeron/core';
import { type CounterFamily, findFamily, isSystemFamily } from './counter-families.ts';

/** Where counters are found: a client, or a driver's directory, of which no client is needed. */
export type CountersSource =
  | { readonly countersReader: CountersReader }
  | {
      /** Calls `read` at once and returns what it does; the reader is good for the call only. */
      readCounters<T>(read: (counters: CountersReader) => T): T;
    };

/** What identifies a counter within its family; names as Prometheus writes them. */
export type CounterLabels = Readonly<Record<string, string>>;

/** A counter at the moment when the metrics were asked for. */
export interface CounterSample {
  readonly family: CounterFamily;
  /** In the unit of the family. */
  readonly value: number;
  readonly counterId: number;
  readonly typeId: number;
  /** As its owner wrote it. */
  readonly label: string;
  readonly labels: CounterLabels;
}

/** Chooses counters. @returns true for counters that are to become metrics. */
export type CounterFilter = (sample: CounterSample) => boolean;

/**
 * @returns nothing where the client is closed or no driver is there: metrics of what is gone end, and nobody's scrape fails.
 * @throws AeronError CNC_VERSION for a driver that can't be read.
 */
export function readSamples(source: CountersSource, filter?: CounterFilter): CounterSample[] {
  try {
    const samples = 'countersReader' in source ? samplesOf(source.countersReader) : source.readCounters(samplesOf);
    return filter === undefined ? samples : samples.filter(filter);
  } catch (error) {
    if (isAeronError(error, 'CLOSED') || isAeronError(error, 'CNC_NOT_READY') || isAeronError(error, 'FILE_ACCESS')) {
      return [];
    }
    throw error;
  }
}

function samplesOf(counters: CountersReader): CounterSample[] {
  const samples: CounterSample[] = [];
  for (let id = counters.nextAllocated(0); id !== NULL_COUNTER_ID; id = counters.nextAllocated(id + 1)) {
    const label = counters.getCounterLabel(id);
    const typeId = counters.getCounterTypeId(id);
    const { family, row } = findFamily(typeId, id, label);
    const value = counters.getCounterValue(id) * family.factor;
    const labels = isSystemFamily(family) ? {} : labelsOf(counters, id, { typeId, label, row });
    // Freed meanwhile: its key has been wiped, so the sample would tell of a stream that never was.
    if (counters.getCounterState(id) === CounterState.ALLOCATED) {
      samples.push({ family, value, counterId: id, typeId, label, labels });
    }
  }
  return samples;
}

interface CounterFacts {
  readonly typeId: number;
  readonly label: string;
  readonly row: DriverCounterRow | undefined;
}

function labelsOf(counters: CountersReader, id: number, { typeId, label, row }: CounterFacts): CounterLabels {
  const registration_id = String(counters.getCounterRegistrationId(id));
  const key = counters.getCounterKey(id);
  switch (row?.key) {
    case 'stream': {
      const stream = readStreamCounterKey(key);
      if (stream === undefined) {
        break;
      }
      const { sessionId, streamId, channel } = stream;
      return { registration_id, session_id: String(sessionId), stream_id: String(streamId), channel };
    }
    case 'channel': {
      const channel = readChannelCounterKey(key);
      return { registration_id, counter_id: String(id), ...(channel === undefined ? {} : { channel }) };
    }
    case 'localSocketAddress': {
      const address = readLocalSocketAddressKey(key);
      const bound = address === undefined ? {} : { local_address: address.localSocketAddress };
      return { registration_id, counter_id: String(id), ...bound };
    }
    case 'heartbeat':
      return { client_id: String(readHeartbeatKey(key)), client_name: clientName(label) };
    case 'empty':
    case 'index':
      return { counter_id: String(id) };
    case undefined:
      break;
  }
  return { type_id: String(typeId), registration_id, counter_id: String(id), label };
}

/** From what a client appends to the label of its heartbeat counter. */
function clientName(label: string): string {
  return / name=(.*?) version=/.exec(label)?.[1] ?? '';
}
