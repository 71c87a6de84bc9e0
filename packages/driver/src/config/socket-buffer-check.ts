// SPDX-License-Identifier: Apache-2.0
/** Whether the socket buffers that are configured serve the configured lengths, on this machine. Pure. */
import { ConfigurationError, type SocketBufferLimits } from '@aeron/core/internal';
import type { DriverConfig } from './driver-config.ts';

type CheckedConfig = Pick<
  DriverConfig,
  'mtuLength' | 'initialWindowLength' | 'socketSendBufferLength' | 'socketReceiveBufferLength'
>;

/**
 * @param warn takes what is wrong and yet no reason not to start: the operating system cuts buffers that are too long.
 * @throws ConfigurationError when a datagram would not fit the send buffer, or a window the receive buffer.
 * @source aeron-driver/Configuration (validateSocketBufferLengths)
 */
export function checkSocketBuffers(
  config: CheckedConfig,
  limits: SocketBufferLimits,
  warn: (text: string) => void,
): void {
  const { mtuLength, initialWindowLength, socketSendBufferLength, socketReceiveBufferLength } = config;
  const tooLong: readonly [property: string, asked: number, max: number][] = [
    ['aeron.socket.so_sndbuf', socketSendBufferLength, limits.maxSend],
    ['aeron.socket.so_rcvbuf', socketReceiveBufferLength, limits.maxReceive],
  ];
  for (const [property, asked, max] of tooLong) {
    if (max > 0 && asked > max) {
      warn(`WARNING: could not get desired socket buffer, adjust OS to allow ${property}: asked=${asked} max=${max}`);
    }
  }
  const sendLimit = socketSendBufferLength || limits.defaultSend;
  if (sendLimit > 0 && mtuLength > sendLimit) {
    throw new ConfigurationError(
      `MTU greater than socket send buffer: aeron.mtu.length=${mtuLength} aeron.socket.so_sndbuf=${sendLimit}`,
    );
  }
  const receiveLimit = socketReceiveBufferLength || limits.defaultReceive;
  if (receiveLimit > 0 && initialWindowLength > receiveLimit) {
    throw new ConfigurationError(
      'Window length greater than socket receive buffer: ' +
        `aeron.rcv.initial.window.length=${initialWindowLength} aeron.socket.so_rcvbuf=${receiveLimit}`,
    );
  }
}
