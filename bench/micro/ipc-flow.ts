// SPDX-License-Identifier: Apache-2.0
/** One pass of the conductor over one IPC publication: with nothing to do, and with the limit moved and the log cleaned. */
import { computeLogLength, initialiseLog } from '@aeron/codecs/internal';
import { AtomicBuffer, AtomicCounter } from '@aeron/core/internal';
import { IpcFlow } from '../../packages/driver/src/ipc/ipc-flow.ts';
import { ipcLogParameters } from '../../packages/driver/src/ipc/ipc-log-parameters.ts';
import { MappedLog } from '../../packages/driver/src/resources/mapped-log.ts';
import { PLAIN_PARAMS } from '../../packages/driver/src/testing/ipc-log.ts';
import { measure } from './micro.ts';

const TERM_LENGTH = 64 * 1024;
const WINDOW = TERM_LENGTH / 2;
const CALLS = 3_000_000;

function newFlow(subscriberCount: number) {
  const length = computeLogLength(TERM_LENGTH, 4096);
  const file = { path: '/log', length, memory: new ArrayBuffer(length), memoryOffset: 0 };
  const log = new MappedLog({ ...file, sync: () => undefined, unmap: () => undefined }, TERM_LENGTH);
  const start = { initialTermId: 0, termId: 0, termOffset: 0 };
  const stream = { registrationId: 1, sessionId: 2, streamId: 3, isExclusive: false, params: PLAIN_PARAMS, start };
  initialiseLog(log.metadata, ipcLogParameters(stream, 4096));
  const values = AtomicBuffer.allocate(128 * (2 + subscriberCount));
  const flow = new IpcFlow({
    terms: log.terms,
    metadata: log.metadata,
    termLength: TERM_LENGTH,
    initialTermId: 0,
    windowLength: WINDOW,
    publisherPosition: new AtomicCounter(values, 0),
    publisherLimit: new AtomicCounter(values, 1),
  });
  const positions = Array.from({ length: subscriberCount }, (_, index) => new AtomicCounter(values, 2 + index));
  for (const position of positions) {
    flow.addSubscriber(position);
  }
  return { flow, positions, log };
}

function idle(subscriberCount: number): (count: number) => void {
  const { flow } = newFlow(subscriberCount);
  return (count) => {
    for (let i = 0; i < count; i++) {
      flow.update();
    }
  };
}

/** The tail is moved as a publisher would move it, a frame of 4 KiB at a time, and all subscribers follow at once. */
function moving(): (count: number) => void {
  const { flow, positions, log } = newFlow(1);
  const [subscriber] = positions;
  let position = 0;
  return (count) => {
    for (let i = 0; i < count; i++) {
      position += WINDOW / 8;
      const termCount = Math.floor(position / TERM_LENGTH);
      log.metadata.putInt32(24, termCount);
      log.metadata.putInt32((termCount % 3) * 8, position % TERM_LENGTH);
      log.metadata.putInt32((termCount % 3) * 8 + 4, termCount);
      subscriber?.set(position);
      flow.update();
    }
  };
}

const CASES: Record<string, () => (count: number) => void> = {
  'pass, nothing to do, 1 subscriber': () => idle(1),
  'pass, nothing to do, 8 subscribers': () => idle(8),
  'pass that moves the limit and cleans 4 KiB': moving,
};

const wanted = process.argv[2];
for (const [name, prepare] of Object.entries(CASES)) {
  if (wanted === undefined || name.includes(wanted)) {
    measure(name, CALLS, prepare());
  }
}
