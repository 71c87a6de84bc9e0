// SPDX-License-Identifier: Apache-2.0
import { isAeronError, nodePlatform } from '@aeron/core/internal';
import { probeSocketBuffers, type SocketBufferConfig, settableLimits } from './socket-buffer-limits.ts';

const CONFIG: SocketBufferConfig = {
  mtuLength: 1408,
  initialWindowLength: 131_072,
  socketReceiveBufferLength: 131_072,
  socketSendBufferLength: 0,
};
const REPORTED = { defaultReceive: 212_992, maxReceive: 425_984, defaultSend: 8192, maxSend: 16_384 };
const UNKNOWN = { defaultReceive: 0, maxReceive: 0, defaultSend: 0, maxSend: 0 };

async function probe(changes: Partial<SocketBufferConfig>, reported = REPORTED, operatingSystem = 'linux') {
  const warnings: string[] = [];
  const limits = await probeSocketBuffers(
    { ...CONFIG, ...changes },
    {
      datagrams: { bufferLimits: () => Promise.resolve(reported) },
      host: { operatingSystem },
      warn: (text) => warnings.push(text),
    },
  ).catch((error: unknown) => error);
  return { limits, warnings };
}

async function problemOf(changes: Partial<SocketBufferConfig>, reported = REPORTED): Promise<string> {
  const { limits } = await probe(changes, reported);
  return isAeronError(limits, 'CONFIGURATION') ? limits.message : '';
}

describe('the socket buffers of a driver', () => {
  it('are compared as settings are: half of what Linux reports', async () => {
    expect(settableLimits(REPORTED, 'darwin')).toEqual(REPORTED);
    expect((await probe({})).limits).toEqual({
      defaultReceive: 106_496,
      maxReceive: 212_992,
      defaultSend: 4096,
      maxSend: 8192,
    });
    expect((await probe({}, REPORTED, 'darwin')).limits).toEqual(REPORTED);
  });

  it('must hold a datagram and a window', async () => {
    expect(await problemOf({ mtuLength: 4096 })).toBe('');
    expect(await problemOf({ mtuLength: 4128 })).toContain('aeron.mtu.length=4128 is more than SO_SNDBUF=4k');
    expect(await problemOf({ mtuLength: 4128, socketSendBufferLength: 4128 })).toBe('');
    expect(await problemOf({ initialWindowLength: 131_073 })).toContain(
      'aeron.rcv.initial.window.length=131073 is more than SO_RCVBUF=128k',
    );
    expect(await problemOf({ initialWindowLength: 131_072, socketReceiveBufferLength: 0 })).toContain('SO_RCVBUF=104k');
    const both = await problemOf({ mtuLength: 65_504, initialWindowLength: 1e9 });
    expect([both.includes('SO_SNDBUF'), both.includes('SO_RCVBUF')]).toEqual([true, true]);
  });

  it('are trusted where nothing is known of them', async () => {
    expect(await problemOf({ mtuLength: 65_504, socketReceiveBufferLength: 0 }, UNKNOWN)).toBe('');
    expect((await probe({ socketReceiveBufferLength: 1e9 }, UNKNOWN)).warnings).toEqual([]);
  });

  it('may be smaller than asked for, with a warning', async () => {
    expect((await probe({ socketReceiveBufferLength: 212_992, socketSendBufferLength: 8192 })).warnings).toEqual([]);
    expect((await probe({ socketReceiveBufferLength: 212_993, socketSendBufferLength: 8193 })).warnings).toEqual([
      'WARNING: Could not set desired SO_SNDBUF, adjust OS to allow aeron.socket.so_sndbuf attempted=8193, actual=8192',
      'WARNING: Could not set desired SO_RCVBUF, adjust OS to allow aeron.socket.so_rcvbuf attempted=212993, actual=212992',
    ]);
  });

  it('of this machine are large enough for the defaults', async () => {
    const { datagrams, host } = nodePlatform();
    const limits = await probeSocketBuffers(CONFIG, { datagrams, host, warn: () => undefined });
    expect(limits.defaultSend).toBeGreaterThanOrEqual(1408);
    expect(limits.maxReceive).toBeGreaterThanOrEqual(limits.defaultReceive);
  });
});
