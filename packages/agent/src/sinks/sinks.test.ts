// SPDX-License-Identifier: Apache-2.0
import { SimulatedWorld } from '@aeron/core/testing';
import type { LogEvent } from '../reader/log-event.ts';
import { CollectingSink } from './collecting-sink.ts';
import { CountingSink } from './counting-sink.ts';
import { StreamOutput } from './line-output.ts';
import { RollingFile } from './rolling-file.ts';

const event = (name: string): LogEvent => ({
  ...{ typeId: 1, context: 'DRIVER', name, timeNs: 0, fields: [], isTruncated: false },
  ...{ captureLength: 0, originalLength: 0 },
});

function newFiles() {
  const world = new SimulatedWorld(1);
  const host = world.host('log');
  const { files } = world.platform('log');
  files.createDirectories('/logs');
  const errors: string[] = [];
  let started = 0;
  const open = (maxLength: number) =>
    new RollingFile({
      ...{ files, path: '/logs/events.log', maxLength, firstLine: () => `started ${++started}` },
      onError: (error) => errors.push(error.message),
    });
  const read = (name: string): string => Buffer.from(files.read(`/logs/${name}`)).toString();
  return { files, open, read, errors, host };
}

describe('a log file', () => {
  it('is begun with its first line and added to later', () => {
    const { open, read } = newFiles();
    const first = open(Number.POSITIVE_INFINITY);
    first.write('a');
    first.write('b');
    first.flush();
    expect(read('events.log')).toBe('started 1\na\nb\n');
    first.close();
    const second = open(Number.POSITIVE_INFINITY);
    second.write('c');
    second.close();
    expect(read('events.log')).toBe('started 1\na\nb\nstarted 2\nc\n');
  });

  it('gives way to a new one when it is full, under the first number that is free', () => {
    const { files, open, read } = newFiles();
    files.append('/logs/events.log.2', Buffer.from('somebody else'));
    const file = open(30);
    for (const line of ['0123456789', '0123456789', 'third', '0123456789abcdefghij', 'last']) {
      file.write(line);
    }
    file.close();
    expect(read('events.log.1')).toBe('started 1\n0123456789\n0123456789\n');
    expect(read('events.log.2')).toBe('somebody else');
    expect(read('events.log.3')).toBe('started 2\nthird\n0123456789abcdefghij\n');
    expect(read('events.log')).toBe('started 3\nlast\n');
    expect(files.list('/logs')).toEqual(['events.log', 'events.log.1', 'events.log.2', 'events.log.3']);
  });

  it('that can not be written loses its lines, says so once, and goes on when it can', () => {
    const { open, read, errors, files } = newFiles();
    let isFull = false;
    const real = files.open.bind(files);
    files.open = (path, mode) => {
      const file = real(path, mode);
      const write = file.write.bind(file);
      file.write = (...args) => {
        if (isFull) {
          throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
        }
        write(...args);
      };
      return file;
    };
    const file = open(Number.POSITIVE_INFINITY);
    file.write('a');
    file.flush();
    isFull = true;
    for (const line of ['lost', 'lost too']) {
      file.write(line);
      file.flush();
    }
    isFull = false;
    file.write('b');
    file.close();
    expect(errors).toEqual(['no space left on device']);
    expect(read('events.log')).toBe('started 1\na\nb\n');
  });

  it('that can not be made is refused at once', () => {
    const { open, files } = newFiles();
    files.deleteTree('/logs');
    expect(() => open(10)).toThrow('ENOENT');
  });
});

describe('a stream', () => {
  it('gets its lines in batches', () => {
    const batches: string[] = [];
    const output = new StreamOutput((bytes) => batches.push(Buffer.from(bytes).toString()), 'first');
    output.write('a');
    output.write('b');
    output.flush();
    output.flush();
    output.write('c');
    output.close();
    expect(batches).toEqual(['first\na\nb\n', 'c\n']);
  });
});

describe('sinks for tests', () => {
  it('count by component and name', () => {
    const sink = new CountingSink();
    for (const name of ['A', 'B', 'A']) {
      sink.onEvent(event(name));
    }
    sink.onDropped(4);
    expect([sink.counts, sink.countOf('DRIVER', 'C'), sink.droppedCount]).toEqual([
      { 'DRIVER A': 2, 'DRIVER B': 1 },
      0,
      4,
    ]);
    sink.reset();
    expect(sink.counts).toEqual({});
  });

  it('collect while they are told to, a bounded number', () => {
    const sink = new CollectingSink(10);
    sink.onEvent(event('BEFORE'));
    sink.startCollecting('a test');
    for (let i = 0; i < 12; i++) {
      sink.onEvent(event(`E${i}`));
    }
    sink.isCollecting = false;
    sink.onEvent(event('AFTER'));
    expect([sink.title, sink.events.length, sink.missingCount]).toEqual(['a test', 10, 2]);
    expect([sink.events[0]?.name, sink.events.at(-1)?.name]).toEqual(['E2', 'E11']);
    sink.startCollecting('another');
    expect(sink.events).toEqual([]);
  });
});
