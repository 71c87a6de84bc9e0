// SPDX-License-Identifier: Apache-2.0
/** Settings rows: publications and their terms. */
import { boolean, duration, integer, settingsTable, size } from '@aeron/core/internal';
import { INT32_MAX, mtuLength, powerOfTwo } from './checks.ts';

const INT32_MIN = -(2 ** 31);

export const publicationSettings = settingsTable(
  {
    publicationTermBufferLength: size({
      property: 'aeron.term.buffer.length',
      uriParameter: 'term-length',
      default: '16m',
      min: '64k',
      max: '1g',
      check: powerOfTwo,
      doc: 'Length of one of the three terms of a network publication, a power of two.',
    }),
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
    mtuLength: size({
      property: 'aeron.mtu.length',
      uriParameter: 'mtu',
      default: '1408',
      max: '65504',
      check: mtuLength,
      doc: 'Largest datagram of a network publication, with the 32 bytes of frame header; a multiple of 32. At most the initial receiver window, and the send buffer of the socket.',
    }),
    ipcMtuLength: size({
      property: 'aeron.ipc.mtu.length',
      uriParameter: 'mtu',
      default: '1408',
      max: '65504',
      check: mtuLength,
      doc: 'Largest frame of an IPC publication, with its 32 bytes of header; a multiple of 32. Longer messages are fragmented.',
    }),
    publicationTermWindowLength: size({
      property: 'aeron.publication.term.window.length',
      uriParameter: 'pub-wnd',
      default: '0',
      max: '1g',
      doc: 'How far a network publication may run ahead of its sender. 0, or more than half a term: half a term.',
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
    publicationConnectionTimeoutNs: duration({
      property: 'aeron.publication.connection.timeout',
      default: '5s',
      doc: 'A receiver without a status message for so long is gone.',
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
    retransmitUnicastDelayNs: duration({
      property: 'aeron.retransmit.unicast.delay',
      default: '0ns',
      doc: 'How long to wait before lost data is sent again.',
    }),
    retransmitUnicastLingerNs: duration({
      property: 'aeron.retransmit.unicast.linger',
      default: '10ms',
      doc: 'How long NAKs are ignored for data that was just sent again.',
    }),
    sendToStatusMessagePollRatio: integer({
      property: 'aeron.send.to.status.poll.ratio',
      default: 6,
      min: 1,
      max: 255,
      doc: 'After how many passes that sent data the sender looks for status messages and NAKs.',
    }),
    maxMessagesPerSend: integer({
      property: 'aeron.network.publication.max.messages.per.send',
      default: 4,
      min: 1,
      max: 16,
      doc:
        'How many times one publication sends in a pass at most: a datagram each time, or with the transports `batch` and `offload` a ' +
        'run of up to 64 datagrams by one system call.',
    }),
  },
  'Publications and terms',
);
