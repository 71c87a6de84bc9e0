// SPDX-License-Identifier: Apache-2.0
/** Settings rows: sockets. */
import { boolean, choice, DATAGRAM_TRANSPORTS, integer, list, settingsTable, size, text } from '@aeron/core/internal';
import { INT32_MAX, portRangeProblem } from './checks.ts';

const RANGE_DOC =
  'Ports to pick from where a channel asks for port 0, as `low high`. Unset: the operating system picks.';

export const socketSettings = settingsTable(
  {
    datagramTransport: choice(['auto', ...DATAGRAM_TRANSPORTS], {
      property: 'aeron.driver.datagram.transport',
      default: 'auto',
      doc:
        'How datagrams are sent and received. `dgram` works wherever Node does. `batch`, on Linux, moves several by one system call; ' +
        '`offload` has the kernel cut and join them too (UDP_SEGMENT, UDP_GRO). `auto` takes the best that works here; the counter ' +
        '`Datagram transport` tells which. A driver that is a guest of an event loop takes dgram unless told otherwise.',
    }),
    socketReceiveBufferLength: size({
      property: 'aeron.socket.so_rcvbuf',
      uriParameter: 'so-rcvbuf',
      default: '128k',
      max: String(INT32_MAX),
      doc: 'Receive buffer of sockets; 0 keeps the default of the operating system. At least the initial receiver window.',
    }),
    socketSendBufferLength: size({
      property: 'aeron.socket.so_sndbuf',
      uriParameter: 'so-sndbuf',
      default: '0',
      max: String(INT32_MAX),
      doc: 'Send buffer of sockets; 0 keeps the default of the operating system. At least the MTU.',
    }),
    socketMulticastTtl: integer({
      property: 'aeron.socket.multicast.ttl',
      uriParameter: 'ttl',
      default: 0,
      min: 0,
      max: 255,
      doc: 'Hops that a multicast datagram may take; 0 keeps the default of the operating system.',
    }),
    senderWildcardPortRange: text({
      property: 'aeron.sender.wildcard.port.range',
      check: portRangeProblem,
      doc: `${RANGE_DOC} For publications with \`control\`.`,
    }),
    receiverWildcardPortRange: text({
      property: 'aeron.receiver.wildcard.port.range',
      check: portRangeProblem,
      doc: `${RANGE_DOC} For subscriptions.`,
    }),
    isUnicastConnected: boolean({
      property: 'aeron.driver.connect',
      default: true,
      doc: 'Whether the socket of a unicast publication is connected: it sends faster, and hears nobody but its receiver.',
    }),
    receiverIoVectorCapacity: integer({
      property: 'aeron.receiver.io.vector.capacity',
      default: 4,
      min: 1,
      max: 16,
      doc:
        'Datagrams that the receiver takes from one socket by one call. Calls that find as many are followed by another, up to about ' +
        '128 KiB in a pass.',
    }),
    sendChannelEndpointSupplier: choice(['default', 'debug'], {
      property: 'aeron.SendChannelEndpoint.supplier',
      default: 'default',
      aliases: {
        'io.aeron.driver.DefaultSendChannelEndpointSupplier': 'default',
        'io.aeron.driver.ext.DebugSendChannelEndpointSupplier': 'debug',
      },
      doc: 'Whether end points of publications lose datagrams as the `debug` settings say.',
    }),
    receiveChannelEndpointSupplier: choice(['default', 'debug'], {
      property: 'aeron.ReceiveChannelEndpoint.supplier',
      default: 'default',
      aliases: {
        'io.aeron.driver.DefaultReceiveChannelEndpointSupplier': 'default',
        'io.aeron.driver.ext.DebugReceiveChannelEndpointSupplier': 'debug',
      },
      doc: 'Whether end points of subscriptions lose datagrams as the `debug` settings say.',
    }),
    outgoingInterceptors: list({
      property: 'aeron.udp.channel.outgoing.interceptors',
      default: '',
      doc: 'What else loses outgoing datagrams: `loss`, `fixed-loss`, `multi-gap-loss`.',
    }),
    incomingInterceptors: list({
      property: 'aeron.udp.channel.incoming.interceptors',
      default: '',
      doc: 'What else loses incoming datagrams: `loss`, `fixed-loss`, `multi-gap-loss`.',
    }),
  },
  'Sockets',
);
