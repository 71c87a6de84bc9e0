// SPDX-License-Identifier: Apache-2.0
/**
 * What the operating system allows socket buffers to be, asked once at start and compared with the settings: a driver whose
 * datagrams or windows could never fit does not start.
 */
import {
  ConfigurationError,
  type Datagrams,
  formatSize,
  type Host,
  type SocketBufferLimits,
} from '@aeron/core/internal';
import type { DriverConfig } from './driver-config.ts';

/** The settings that are compared. */
export type SocketBufferConfig = Pick<
  DriverConfig,
  'mtuLength' | 'initialWindowLength' | 'socketReceiveBufferLength' | 'socketSendBufferLength'
>;

/** Where there is a platform and somebody to warn. */
export interface SocketBufferProbe {
  readonly datagrams: Pick<Datagrams, 'bufferLimits'>;
  readonly host: Pick<Host, 'operatingSystem'>;
  readonly warn: (text: string) => void;
}

/**
 * Asks the operating system and checks the settings against its answer.
 *
 * @returns lengths as a setting states them; 0 where unknown.
 * @throws ConfigurationError when a datagram would not fit a send buffer, or a window a receive buffer.
 * @source aeron-driver/Configuration (validateSocketBufferLengths)
 */
export async function probeSocketBuffers(
  config: SocketBufferConfig,
  { datagrams, host, warn }: SocketBufferProbe,
): Promise<SocketBufferLimits> {
  const limits = settableLimits(await datagrams.bufferLimits(), host.operatingSystem);
  for (const warning of socketBufferWarnings(config, limits)) {
    warn(`WARNING: ${warning}`);
  }
  const problems = socketBufferProblems(config, limits);
  if (problems.length > 0) {
    throw new ConfigurationError(problems.join('; '));
  }
  return limits;
}

/**
 * Linux reports twice what a setting asks for, since it counts its own bookkeeping in. Settings are compared with settings, so
 * that half of it counts.
 */
export function settableLimits(reported: SocketBufferLimits, operatingSystem: string): SocketBufferLimits {
  const divisor = operatingSystem === 'linux' ? 2 : 1;
  const settable = (length: number): number => Math.floor(length / divisor);
  return {
    defaultReceive: settable(reported.defaultReceive),
    maxReceive: settable(reported.maxReceive),
    defaultSend: settable(reported.defaultSend),
    maxSend: settable(reported.maxSend),
  };
}

/** Buffers that will be smaller than they were asked to be. */
export function socketBufferWarnings(config: SocketBufferConfig, limits: SocketBufferLimits): readonly string[] {
  const asked: readonly [option: string, property: string, asked: number, max: number][] = [
    ['SO_SNDBUF', 'aeron.socket.so_sndbuf', config.socketSendBufferLength, limits.maxSend],
    ['SO_RCVBUF', 'aeron.socket.so_rcvbuf', config.socketReceiveBufferLength, limits.maxReceive],
  ];
  return asked
    .filter(([, , length, max]) => max > 0 && length > max)
    .map(
      ([option, property, length, max]) =>
        `Could not set desired ${option}, adjust OS to allow ${property} attempted=${length}, actual=${max}`,
    );
}

/** What would never fit. */
export function socketBufferProblems(config: SocketBufferConfig, limits: SocketBufferLimits): readonly string[] {
  const { mtuLength, initialWindowLength, socketSendBufferLength, socketReceiveBufferLength } = config;
  const sendLength = socketSendBufferLength || limits.defaultSend;
  const receiveLength = socketReceiveBufferLength || limits.defaultReceive;
  const problems: string[] = [];
  if (sendLength > 0 && mtuLength > sendLength) {
    problems.push(
      `aeron.mtu.length=${formatSize(mtuLength)} is more than SO_SNDBUF=${formatSize(sendLength)}: ` +
        'increase aeron.socket.so_sndbuf',
    );
  }
  if (receiveLength > 0 && initialWindowLength > receiveLength) {
    problems.push(
      `aeron.rcv.initial.window.length=${formatSize(initialWindowLength)} is more than ` +
        `SO_RCVBUF=${formatSize(receiveLength)}: increase aeron.socket.so_rcvbuf`,
    );
  }
  return problems;
}
