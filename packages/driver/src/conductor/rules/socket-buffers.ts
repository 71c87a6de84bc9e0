// SPDX-License-Identifier: Apache-2.0
/** What the lengths of socket buffers allow: a datagram must fit the send buffer, a window the receive buffer. Pure. */
import { AeronError } from '@aeron/core/internal';
import type { UdpChannel } from '../../media/udp-channel.ts';
import { throwInvalidChannel } from '../control-protocol-error.ts';

/** Bytes; 0 for the operating system's default. */
interface BufferLengths {
  readonly socketSendBufferLength: number;
  readonly socketReceiveBufferLength: number;
}

/** The operating system's default buffers, bytes; 0 where unknown, which then bounds nothing. */
export interface DefaultSocketBuffers {
  readonly defaultSend: number;
  readonly defaultReceive: number;
}

/** The channel, and the one that has the end point already, if there is one. */
export interface ChannelPair {
  readonly channel: UdpChannel;
  readonly existing: UdpChannel | undefined;
}

/**
 * @throws AeronError AERON when a datagram would not fit the send buffer.
 * @source aeron-driver/PublicationParams (validateMtuForSndbuf)
 */
export function checkMtuFitsSendBuffer(
  mtuLength: number,
  { socketSendBufferLength }: BufferLengths,
  { defaultSend }: DefaultSocketBuffers,
  channels: ChannelPair,
): void {
  const limit = socketSendBufferLength || defaultSend;
  if (limit > 0 && mtuLength > limit) {
    const note = socketSendBufferLength === 0 ? ' (OS default)' : '';
    throwConflict(
      `MTU greater than SO_SNDBUF for channel: mtu=${mtuLength} so-sndbuf=${limit}${note}`,
      'lower the mtu, or raise so-sndbuf (aeron.socket.so_sndbuf) and what the system allows (net.core.wmem_max)',
      channels,
    );
  }
}

/**
 * @throws AeronError AERON when a window of data would not fit the receive buffer.
 * @source aeron-driver/SubscriptionParams (validateInitialWindowForRcvBuf)
 */
export function checkWindowFitsReceiveBuffer(
  windowLength: number,
  { socketReceiveBufferLength }: BufferLengths,
  { defaultReceive }: DefaultSocketBuffers,
  channels: ChannelPair,
): void {
  const limit = socketReceiveBufferLength || defaultReceive;
  if (limit > 0 && windowLength > limit) {
    const note = socketReceiveBufferLength === 0 ? ' (OS default)' : '';
    throwConflict(
      `Initial window greater than SO_RCVBUF for channel: rcv-wnd=${windowLength} so-rcvbuf=${limit}${note}`,
      'lower rcv-wnd, or raise so-rcvbuf (aeron.socket.so_rcvbuf) and what the system allows (net.core.rmem_max)',
      channels,
    );
  }
}

/**
 * A channel that joins an end point must not ask for other buffers than it has.
 *
 * @throws ControlProtocolError INVALID_CHANNEL.
 */
export function checkSameSocketBuffers(channel: UdpChannel, existing: UdpChannel, lengths: BufferLengths): void {
  const asked: readonly [name: string, asked: number, existing: number][] = [
    ['so-rcvbuf', channel.socketReceiveBufferLength, lengths.socketReceiveBufferLength],
    ['so-sndbuf', channel.socketSendBufferLength, lengths.socketSendBufferLength],
  ];
  const clash = asked.find(([, wants, has]) => wants !== 0 && wants !== has);
  if (clash !== undefined) {
    const [name, wants, has] = clash;
    throwInvalidChannel(
      `${name}=${wants} does not match existing value of ${has === 0 ? 'OS default' : has}: ` +
        `existingChannel=${existing.uri} channel=${channel.uri}`,
    );
  }
}

function throwConflict(problem: string, advice: string, { channel, existing }: ChannelPair): never {
  const existingText = existing === undefined ? '' : ` existingChannel=${existing.uri}`;
  throw new AeronError('AERON', `${problem}${existingText} channel=${channel.uri}: ${advice}`);
}
