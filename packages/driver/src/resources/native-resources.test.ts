// SPDX-License-Identifier: Apache-2.0

import { ErrorCode } from '@aeron/codecs/internal';
import { SimulatedWorld } from '@aeron/core/testing';
import { ThreadLocalQueue } from '../agents/agent-queue.ts';
import { ControlProtocolError } from '../conductor/control-protocol-error.ts';
import { settledResolution } from '../naming/name-resolver.ts';
import { LogFileStore } from './log-file-store.ts';
import type { MappedLog } from './mapped-log.ts';
import { NativeResourceAgent } from './native-resource-agent.ts';
import type { LogId, NativeResourceAnswer, NativeResourceCommand } from './native-resource-commands.ts';
import { type LogRequest, NativeResourceProxy } from './native-resource-proxy.ts';

const DIRECTORY = '/dev/shm/aeron-test';
const TERM_LENGTH = 64 * 1024;
const LOG_LENGTH = 3 * TERM_LENGTH + 4096;
const LOG: LogId = { logKind: 'publication', registrationId: 42 };
const LOG_PATH = `${DIRECTORY}/publications/42.logbuffer`;

const IDLE = { doWork: () => 0, close: () => undefined };

function fixture({
  queueCapacity = 8,
  threshold = 0,
  checks = true,
  capacity = 16 * 1024 * 1024,
  freeLimit = 1,
  hasOwnWork = false,
} = {}) {
  const world = new SimulatedWorld(1);
  const host = world.host('h', { volumes: [{ root: '/dev/shm', capacity, isVolatile: true }] });
  const { files, mapper } = world.platform('h');
  const errors: Error[] = [];
  const counts = { freeFails: 0, failedOffers: 0, mapped: 0 };
  const commands = new ThreadLocalQueue<NativeResourceCommand>(queueCapacity);
  const answers = new ThreadLocalQueue<NativeResourceAnswer>(queueCapacity);
  const onError = (error: Error) => {
    errors.push(error);
  };
  const settings = {
    aeronDirectory: DIRECTORY,
    filePageSize: 4096,
    performStorageChecks: checks,
    lowStorageWarningThreshold: threshold,
  };
  const store = new LogFileStore({ files, mapper }, settings, onError);
  const onFreeFail = () => {
    counts.freeFails++;
  };
  const resolver = {
    name: 'test',
    lookup: (name: string) => name,
    resolve: () => settledResolution(undefined),
    hasOwnWork,
    ...IDLE,
  };
  const channels = {
    ...{ resolver, hostResolver: resolver, multicastTtl: 0 },
    interfaces: () => [],
    nextUniqueNumber: () => 1,
  };
  const agent = new NativeResourceAgent({ commands, answers, store, channels, onFreeFail, onError }, freeLimit, 'nra');
  const proxy = new NativeResourceProxy({
    commands,
    answers,
    mapper,
    store,
    aeronDirectory: DIRECTORY,
    filePageSize: 4096,
    onMappedBytes: (delta) => {
      counts.mapped += delta;
    },
    onFailedOffer: () => {
      counts.failedOffers++;
    },
  });
  agent.onStart();
  return { files, disk: host.disk, errors, counts, agent, proxy };
}

function create({ agent, proxy }: Pick<ReturnType<typeof fixture>, 'agent' | 'proxy'>, log = LOG, sparse = true) {
  const request = proxy.newLog(log, TERM_LENGTH, sparse);
  expect(request.poll()).toBeUndefined();
  agent.doWork();
  return request.poll() as MappedLog;
}

function failure(request: LogRequest): ControlProtocolError {
  try {
    request.poll();
  } catch (error) {
    if (error instanceof ControlProtocolError) {
      return error;
    }
  }
  throw new Error('the request did not fail as expected');
}

describe('native resources', () => {
  it.each([true, false])('create a log of the right length, zeroed and mapped; sparse %s', (isSparse) => {
    const driver = fixture();
    const log = create(driver, LOG, isSparse);
    expect(log.path).toBe(LOG_PATH);
    expect(driver.files.length(LOG_PATH)).toBe(LOG_LENGTH);
    expect(log.terms.map((term) => term.capacity)).toEqual([TERM_LENGTH, TERM_LENGTH, TERM_LENGTH]);
    expect(log.metadata.capacity).toBe(4096);
    expect(log.terms[2]?.bytes.every((byte) => byte === 0)).toBe(true);
    expect(driver.counts.mapped).toBe(LOG_LENGTH);
  });

  it('have news when there is a command, and always where the resolver has work of its own', () => {
    const driver = fixture();
    expect(driver.agent.hasNews()).toBe(false);
    driver.proxy.newLog(LOG, TERM_LENGTH, true);
    expect(driver.agent.hasNews()).toBe(true);
    driver.agent.doWork();
    expect([driver.agent.hasNews(), driver.proxy.hasNews]).toEqual([false, true]);
    expect(fixture({ hasOwnWork: true }).agent.hasNews()).toBe(true);
  });

  it('put images in a folder of their own', () => {
    const driver = fixture();
    expect(create(driver, { logKind: 'image', registrationId: 42 }).path).toBe(`${DIRECTORY}/images/42.logbuffer`);
  });

  it('give a log only once', () => {
    const driver = fixture();
    const request = driver.proxy.newLog(LOG, TERM_LENGTH, true);
    driver.agent.doWork();
    expect(request.poll()).toBeDefined();
    expect(request.poll()).toBeUndefined();
  });

  it('unmap and delete a freed log', () => {
    const driver = fixture();
    driver.proxy.free(LOG, create(driver));
    expect(driver.counts.mapped).toBe(0);
    driver.agent.doWork();
    expect(driver.files.kind(LOG_PATH)).toBe('none');
    expect(driver.counts.freeFails).toBe(0);
  });

  it('try a deletion that fails again and again, counting the failures, until it succeeds', () => {
    const driver = fixture();
    const log = create(driver);
    driver.disk.faults.failNext({ operation: 'delete', pathIncludes: '42.logbuffer', count: 3 }, 'EBUSY');
    driver.proxy.free(LOG, log);
    for (let i = 0; i < 3; i++) {
      driver.agent.doWork();
    }
    expect(driver.files.kind(LOG_PATH)).toBe('none');
    expect(driver.counts.freeFails).toBe(3);
    driver.agent.doWork();
    expect(driver.counts.freeFails).toBe(3);
  });

  it('try so many deletions again in one pass as they are told to', () => {
    const driver = fixture({ freeLimit: 3 });
    const folder = `${DIRECTORY}/publications`;
    const ids = [1, 2, 3, 4].map((registrationId) => ({ logKind: 'publication', registrationId }) as const);
    const logs = ids.map((id) => create(driver, id));
    driver.disk.faults.permit(folder, 'read-only');
    ids.forEach((id, i) => {
      driver.proxy.free(id, logs[i] as MappedLog);
      driver.agent.doWork();
    });
    const failsBefore = driver.counts.freeFails;
    driver.agent.doWork();
    expect(driver.counts.freeFails - failsBefore).toBe(3);
    driver.disk.faults.permit(folder, 'read-write');
    driver.agent.doWork();
    expect(driver.files.list(folder)).toHaveLength(1);
    driver.agent.doWork();
    expect(driver.files.list(folder)).toEqual([]);
  });

  it('answer with STORAGE_SPACE when there is less room than the log needs, and leave no file', () => {
    const driver = fixture({ capacity: LOG_LENGTH - 1 });
    const request = driver.proxy.newLog(LOG, TERM_LENGTH, true);
    driver.agent.doWork();
    const error = failure(request);
    expect(error.errorCode).toBe(ErrorCode.STORAGE_SPACE);
    expect(error.message).toContain(`insufficient usable storage for new log of length=${LOG_LENGTH}`);
    expect(driver.files.kind(LOG_PATH)).toBe('none');
    expect(driver.counts.mapped).toBe(0);
  });

  it('answer with STORAGE_SPACE also when the disk says so although nobody checked before', () => {
    const driver = fixture({ capacity: LOG_LENGTH - 1, checks: false });
    const request = driver.proxy.newLog(LOG, TERM_LENGTH, false);
    driver.agent.doWork();
    expect(failure(request).errorCode).toBe(ErrorCode.STORAGE_SPACE);
  });

  it('warn when room is getting scarce', () => {
    const driver = fixture({ threshold: 1024 * 1024 * 1024 });
    create(driver);
    expect(driver.errors.map((error) => error.message)).toEqual([expect.stringContaining('space is running low')]);
  });

  it('answer with a generic error that names the class of anything else', () => {
    const driver = fixture();
    driver.disk.faults.failNext({ operation: 'truncate' }, 'EIO');
    const request = driver.proxy.newLog(LOG, TERM_LENGTH, true);
    driver.agent.doWork();
    const error = failure(request);
    expect(error.errorCode).toBe(ErrorCode.GENERIC_ERROR);
    expect(error.message).toMatch(/^\w*Error : .*EIO/);
    expect(driver.files.kind(LOG_PATH)).toBe('none');
  });

  it('refuse a second log with the same id and keep the first', () => {
    const driver = fixture();
    create(driver);
    const request = driver.proxy.newLog(LOG, TERM_LENGTH, true);
    driver.agent.doWork();
    expect(failure(request).message).toContain('exists already');
    expect(driver.files.kind(LOG_PATH)).toBe('file');
  });

  it.each(['before', 'after'])('delete a log whose request was cancelled %s it was made', (when) => {
    const driver = fixture();
    const request = driver.proxy.newLog(LOG, TERM_LENGTH, true);
    if (when === 'before') {
      request.cancel();
    }
    driver.agent.doWork();
    driver.proxy.doWork();
    if (when === 'after') {
      request.cancel();
    }
    driver.agent.doWork();
    expect(driver.files.list(`${DIRECTORY}/publications`)).toEqual([]);
    expect(request.poll()).toBeUndefined();
  });

  it('lose nothing when the queue is full, say so, and count each offer that failed', () => {
    const driver = fixture({ queueCapacity: 2 });
    const logs = [1, 2, 3].map((registrationId) => ({ logKind: 'publication', registrationId }) as const);
    const requests = logs.map((log) => driver.proxy.newLog(log, TERM_LENGTH, true));
    expect(driver.proxy.isApplyingBackPressure).toBe(true);
    expect(driver.counts.failedOffers).toBe(1);
    for (let i = 0; i < 4; i++) {
      driver.agent.doWork();
      driver.proxy.doWork();
    }
    expect(requests.map((request) => request.poll()?.path)).toEqual(
      [1, 2, 3].map((id) => `${DIRECTORY}/publications/${id}.logbuffer`),
    );
    expect(driver.proxy.isApplyingBackPressure).toBe(false);
  });

  it('leave no file behind when the driver closes, whatever was under way', () => {
    const driver = fixture({ queueCapacity: 2 });
    const mapped = create(driver);
    for (const registrationId of [1, 2, 3, 4]) {
      driver.proxy.newLog({ logKind: 'publication', registrationId }, TERM_LENGTH, true);
    }
    driver.agent.doWork();
    driver.agent.onClose();
    driver.proxy.close();
    driver.proxy.free(LOG, mapped);
    expect(driver.files.list(`${DIRECTORY}/publications`)).toEqual([]);
    expect(driver.counts.mapped).toBe(0);
  });
});
