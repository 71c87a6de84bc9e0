// SPDX-License-Identifier: Apache-2.0
/** Settings rows: the command-and-control file, counters, error log, loss report and storage. */
import { boolean, duration, settingsTable, size } from '@aeron/core/internal';
import { INT32_MAX, powerOfTwo, powerOfTwoPlus } from './checks.ts';

const RING_TRAILER_LENGTH = 768;
const BROADCAST_TRAILER_LENGTH = 128;
const CONDUCTOR_BUFFER_LENGTH = String(1024 * 1024 + RING_TRAILER_LENGTH);
const TO_CLIENTS_BUFFER_LENGTH = String(1024 * 1024 + BROADCAST_TRAILER_LENGTH);

export const cncSettings = settingsTable(
  {
    conductorBufferLength: size({
      property: 'aeron.conductor.buffer.length',
      default: CONDUCTOR_BUFFER_LENGTH,
      min: CONDUCTOR_BUFFER_LENGTH,
      max: String(INT32_MAX),
      check: powerOfTwoPlus(RING_TRAILER_LENGTH),
      doc: 'Length of the ring that takes commands from clients: a power of two and 768 bytes of trailer.',
    }),
    toClientsBufferLength: size({
      property: 'aeron.clients.buffer.length',
      default: TO_CLIENTS_BUFFER_LENGTH,
      min: TO_CLIENTS_BUFFER_LENGTH,
      max: String(INT32_MAX),
      check: powerOfTwoPlus(BROADCAST_TRAILER_LENGTH),
      doc: 'Length of the buffer that broadcasts events to clients: a power of two and 128 bytes of trailer.',
    }),
    counterValuesBufferLength: size({
      property: 'aeron.counters.buffer.length',
      default: '8m',
      min: '1m',
      max: '500m',
      check: (length) => (length % 128 === 0 ? undefined : 'not a multiple of the 128 bytes of one counter'),
      doc: 'Length of the counter values, 128 bytes for each counter. The counter metadata takes four times as much.',
    }),
    errorBufferLength: size({
      property: 'aeron.error.buffer.length',
      default: '4m',
      min: '4m',
      max: String(INT32_MAX),
      check: (length) => (length % 8 === 0 ? undefined : 'not a multiple of 8'),
      doc: 'Length of the distinct error log.',
    }),
    lossReportBufferLength: size({
      property: 'aeron.loss.report.buffer.length',
      default: '1m',
      min: '1m',
      max: String(INT32_MAX),
      doc: 'Length of the loss report, rounded up to whole pages.',
    }),
    counterFreeToReuseTimeoutNs: duration({
      property: 'aeron.counters.free.to.reuse.timeout',
      default: '1s',
      doc: 'How long the id of a freed counter is kept from reuse, so that readers notice.',
    }),
    filePageSize: size({
      property: 'aeron.file.page.size',
      default: '4k',
      min: '4k',
      max: '1g',
      check: powerOfTwo,
      doc: 'Page size that files are aligned to.',
    }),
    performStorageChecks: boolean({
      property: 'aeron.perform.storage.checks',
      default: true,
      doc: 'Check for disk space before a log buffer is created.',
    }),
    lowStorageWarningThreshold: size({
      property: 'aeron.low.file.store.warning.threshold',
      default: '160m',
      doc: 'Free disk space at or below which creating a log buffer records a warning.',
    }),
  },
  'Command-and-control file, counters and storage',
);
