// SPDX-License-Identifier: Apache-2.0
/** Settings rows: publications and their terms. */
import { boolean, duration, integer, settingsTable, size } from '@aeron/core/internal';
import { INT32_MAX, mtuLength, powerOfTwo } from './checks.ts';

const INT32_MIN = -(2 ** 31);

export const publicationSettings = settingsTable(
  {
    ipcTermBufferLength: size({
      property: 'aeron.ipc.term.buffer.length',
      uriParameter: 'term-length',
      default: '64m',
      min: '64k',
      max: '1g',
      check: powerOfTwo,
      doc: 'Length of one of the three terms of an IPC publication, a power of two.',
    }),
    termBufferSparseFile: boolean({
      property: 'aeron.term.buffer.sparse.file',
      uriParameter: 'sparse',
      default: true,
      doc: 'Create log buffers as sparse files, which take disk space only as they are written.',
    }),
    ipcMtuLength: size({
      property: 'aeron.ipc.mtu.length',
      uriParameter: 'mtu',
      default: '1408',
      max: '65504',
      check: mtuLength,
      doc: 'Largest frame of an IPC publication, with its 32 bytes of header; a multiple of 32. Longer messages are fragmented.',
    }),
    ipcPublicationTermWindowLength: size({
      property: 'aeron.ipc.publication.term.window.length',
      uriParameter: 'pub-wnd',
      default: '0',
      max: '1g',
      doc: 'How far an IPC publication may run ahead of its slowest subscriber. 0, or more than half a term: half a term.',
    }),
    publicationLingerTimeoutNs: duration({
      property: 'aeron.publication.linger.timeout',
      uriParameter: 'linger',
      default: '5s',
      doc: 'How long a publication stays after it was drained.',
    }),
    publicationUnblockTimeoutNs: duration({
      property: 'aeron.publication.unblock.timeout',
      default: '15s',
      doc: 'How long a message may stay claimed and uncommitted before the driver skips it. Must exceed the client liveness timeout.',
    }),
    publicationReservedSessionIdLow: integer({
      property: 'aeron.publication.reserved.session.id.low',
      default: -1,
      min: INT32_MIN,
      max: INT32_MAX,
      doc: 'First of the session ids that the driver never gives out by itself.',
    }),
    publicationReservedSessionIdHigh: integer({
      property: 'aeron.publication.reserved.session.id.high',
      default: 1000,
      min: INT32_MIN,
      max: INT32_MAX,
      doc: 'Last of the session ids that the driver never gives out by itself.',
    }),
    spiesSimulateConnection: boolean({
      property: 'aeron.spies.simulate.connection',
      uriParameter: 'ssc',
      default: false,
      doc: 'Whether spies alone count as a connection.',
    }),
    maxResend: integer({
      property: 'aeron.max.resend',
      uriParameter: 'max-resend',
      default: 16,
      min: 1,
      max: 256,
      doc: 'How many retransmissions a publication to a group has under way at most.',
    }),
  },
  'Publications and terms',
);
