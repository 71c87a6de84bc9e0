// SPDX-License-Identifier: Apache-2.0
import { AtomicBuffer, ManyToOneRingBuffer } from '@aeron/core/internal';
import { SimulatedWorld } from '@aeron/core/testing';
import { CommandId } from '../command/commands.ts';
import { TerminateDriverFlyweight } from '../command/generated/terminate-driver.ts';
import { cncFilePath } from './aeron-directory.ts';
import { CncFile } from './cnc-file.ts';
import { computeCncFileLength } from './cnc-metadata.ts';
import { isDriverActive, requestDriverTermination } from './driver-activity.ts';

const DIRECTORY = '/dev/shm/aeron-test';
const METADATA = {
  toDriverBufferLength: 4096 + 768,
  toClientsBufferLength: 2048 + 128,
  countersMetadataBufferLength: 16 * 512,
  countersValuesBufferLength: 16 * 128,
  errorLogBufferLength: 1024,
  clientLivenessTimeoutNs: 5e9,
  startTimestampMs: 0,
  pid: 1,
  filePageSize: 4096,
};
const TIMEOUT_MS = 1000;

function newDirectory() {
  const world = new SimulatedWorld(7);
  const ports = world.platform('host');
  ports.files.createDirectories(DIRECTORY);
  const length = computeCncFileLength(METADATA, 4096);
  const cnc = CncFile.create(ports.mapper.create(cncFilePath(DIRECTORY), length, { sparse: false }), METADATA);
  return { world, ports, cnc, ring: new ManyToOneRingBuffer(cnc.toDriver) };
}

describe('a driver', () => {
  it('is not active where there is no file', async () => {
    const ports = new SimulatedWorld(7).platform('host');
    await expect(isDriverActive(ports, DIRECTORY, TIMEOUT_MS)).resolves.toBe(false);
  });

  it.each([
    [0, true],
    [TIMEOUT_MS, true],
    [TIMEOUT_MS + 1, false],
  ])('with a heartbeat %d ms old is active: %p', async (ageMs, isActive) => {
    const { ports, cnc, ring } = newDirectory();
    ring.putConsumerHeartbeatTimeMs(ports.clock.epochMs() - ageMs);
    cnc.publishVersion();
    const notes: string[] = [];
    await expect(isDriverActive(ports, DIRECTORY, TIMEOUT_MS, { log: (text) => notes.push(text) })).resolves.toBe(
      isActive,
    );
    expect(notes).toEqual([
      'INFO: Aeron CnC file exists: /dev/shm/aeron-test/cnc.dat',
      `INFO: Aeron toDriver consumer heartbeat age is (ms): ${ageMs}`,
    ]);
  });

  it('that has shut down is not active', async () => {
    const { ports, cnc, ring } = newDirectory();
    ring.putConsumerHeartbeatTimeMs(-1);
    cnc.publishVersion();
    await expect(isDriverActive(ports, DIRECTORY, TIMEOUT_MS)).resolves.toBe(false);
  });

  it('that is just starting is waited for', async () => {
    const { world, ports, cnc, ring } = newDirectory();
    ports.scheduler.after(
      50,
      () => {
        ring.putConsumerHeartbeatTimeMs(ports.clock.epochMs());
        cnc.publishVersion();
      },
      true,
    );
    let isActive: boolean | undefined;
    void isDriverActive(ports, DIRECTORY, TIMEOUT_MS).then((answer) => {
      isActive = answer;
    });
    for (let i = 0; i < 100 && isActive === undefined; i++) {
      world.step(1e6);
      await Promise.resolve();
      await Promise.resolve();
    }
    expect(isActive).toBe(true);
  });

  it('that is just starting is waited for no longer than until the signal', async () => {
    const { world, ports } = newDirectory();
    const abort = new AbortController();
    const found = isDriverActive(ports, DIRECTORY, TIMEOUT_MS, { signal: abort.signal }).catch(
      (error: unknown) => error,
    );
    abort.abort(new Error('never mind'));
    world.step(1e6);
    expect(await found).toEqual(new Error('never mind'));
  });

  it('that never finishes its start is reported', async () => {
    const { world, ports } = newDirectory();
    const found = isDriverActive(ports, DIRECTORY, 20).catch((error: Error) => error.message);
    for (let i = 0; i < 30; i++) {
      world.step(1e6);
      await Promise.resolve();
      await Promise.resolve();
    }
    await expect(found).resolves.toMatch(/created but not initialised: path=.*cnc.dat driverTimeoutMs=20/);
  });
});

describe('asking a driver to end', () => {
  it('puts the command with its token into the ring', () => {
    const { ports, cnc, ring } = newDirectory();
    cnc.publishVersion();
    expect(requestDriverTermination(ports, DIRECTORY, Uint8Array.of(1, 2, 3))).toBe(true);
    const seen: unknown[] = [];
    ring.read((typeId, buffer, offset, length) => {
      const command = new TerminateDriverFlyweight().wrap(buffer, offset);
      seen.push(typeId, command.validate(length), command.correlationId, [...command.token]);
      return undefined;
    }, 10);
    expect(seen).toEqual([CommandId.TERMINATE_DRIVER, undefined, -1, [1, 2, 3]]);
  });

  it('fails where there is no driver, or one that has not started', () => {
    const { ports } = newDirectory();
    expect(requestDriverTermination(ports, '/dev/shm/none')).toBe(false);
    expect(requestDriverTermination(ports, DIRECTORY)).toBe(false);
  });

  it('fails when the ring is full', () => {
    const { ports, cnc, ring } = newDirectory();
    cnc.publishVersion();
    const message = AtomicBuffer.allocate(8);
    while (ring.write(1, message, 0, 8)) {
      // until no more fits
    }
    expect(requestDriverTermination(ports, DIRECTORY, new Uint8Array(100))).toBe(false);
  });
});
