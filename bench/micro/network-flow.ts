// SPDX-License-Identifier: Apache-2.0
/** One pass of the conductor over one network publication, and over one image: with nothing to do, and with the stream moving. */
import { computeLogLength, initialiseLog } from '@aeron/codecs/internal';
import { AtomicBuffer, AtomicCounter } from '@aeron/core/internal';
import { ImageFlow } from '../../packages/driver/src/conductor/network/image-flow.ts';
import { PublicationFlow } from '../../packages/driver/src/conductor/network/publication-flow.ts';
import { StaticWindowCongestionControl } from '../../packages/driver/src/congestion/congestion-control.ts';
import { ipcLogParameters } from '../../packages/driver/src/ipc/ipc-log-parameters.ts';
import { StaticDelayGenerator } from '../../packages/driver/src/loss/feedback-delay.ts';
import { LossDetector } from '../../packages/driver/src/loss/loss-detector.ts';
import { WindowLossDetector } from '../../packages/driver/src/loss/window-loss-detector.ts';
import { MappedLog } from '../../packages/driver/src/resources/mapped-log.ts';
import { ImageState } from '../../packages/driver/src/shared-state/image-state.ts';
import { PublicationState } from '../../packages/driver/src/shared-state/publication-state.ts';
import { createStateMemory, stateSlot } from '../../packages/driver/src/shared-state/state-table.ts';
import { PLAIN_PARAMS } from '../../packages/driver/src/testing/ipc-log.ts';
import { measure } from './micro.ts';

const TERM_LENGTH = 64 * 1024;
const WINDOW = TERM_LENGTH / 2;
const FRAME = 1408;
const STEP = 4096;
const CALLS = 3_000_000;

const values = AtomicBuffer.allocate(128 * 8);
const counter = (id: number) => new AtomicCounter(values, id);

function newPublicationFlow() {
  const length = computeLogLength(TERM_LENGTH, 4096);
  const file = { path: '/log', length, memory: new ArrayBuffer(length), memoryOffset: 0 };
  const log = new MappedLog({ ...file, sync: () => undefined, unmap: () => undefined }, TERM_LENGTH);
  const start = { initialTermId: 0, termId: 0, termOffset: 0 };
  const stream = { registrationId: 1, sessionId: 2, streamId: 3, isExclusive: false, params: PLAIN_PARAMS, start };
  initialiseLog(log.metadata, ipcLogParameters(stream, 4096));
  const flow = new PublicationFlow({
    ...{ terms: log.terms, metadata: log.metadata, termLength: TERM_LENGTH, initialTermId: 0, windowLength: WINDOW },
    ...{ publisherPosition: counter(0), publisherLimit: counter(1), senderPosition: counter(2) },
    state: new PublicationState(stateSlot(createStateMemory(), 0)),
  });
  return { flow, log, senderPosition: counter(2) };
}

function publicationIdle(): (count: number) => void {
  const { flow } = newPublicationFlow();
  return (count) => {
    for (let i = 0; i < count; i++) {
      flow.update(true);
    }
  };
}

/** The tail is moved as a publisher would move it, 4 KiB at a time, and the sender follows at once. */
function publicationMoving(): (count: number) => void {
  const { flow, log, senderPosition } = newPublicationFlow();
  let position = 0;
  return (count) => {
    for (let i = 0; i < count; i++) {
      position += STEP;
      const termCount = Math.floor(position / TERM_LENGTH);
      log.metadata.putInt32(24, termCount);
      log.metadata.putInt32((termCount % 3) * 8, position % TERM_LENGTH);
      log.metadata.putInt32((termCount % 3) * 8 + 4, termCount);
      senderPosition.set(position);
      flow.update(true);
    }
  };
}

function newImageFlow() {
  const terms = [0, 1, 2].map(() => AtomicBuffer.allocate(TERM_LENGTH));
  const flow = new ImageFlow({
    ...{ terms, termLength: TERM_LENGTH, initialTermId: 0, joinPosition: 0 },
    ...{ hwmPosition: counter(3), rebuildPosition: counter(4) },
    state: new ImageState(stateSlot(createStateMemory(), 1)),
    congestionControl: new StaticWindowCongestionControl(WINDOW),
    lossDetector: new LossDetector(new StaticDelayGenerator(0, 100), () => undefined),
  });
  flow.addSubscriber(counter(5));
  return { flow, terms, hwm: counter(3), subscriber: counter(5) };
}

function imageIdle(): (count: number) => void {
  const { flow } = newImageFlow();
  return (count) => {
    for (let i = 0; i < count; i++) {
      flow.update(i);
    }
  };
}

/** A frame of an MTU arrives and is consumed at once. */
function imageMoving(): (count: number) => void {
  const { flow, terms, hwm, subscriber } = newImageFlow();
  let position = 0;
  return (count) => {
    for (let i = 0; i < count; i++) {
      const offset = position % TERM_LENGTH;
      const length = Math.min(FRAME, TERM_LENGTH - offset);
      terms[Math.floor(position / TERM_LENGTH) % 3]?.putInt32Release(offset, length);
      position += Math.min(FRAME, TERM_LENGTH - offset);
      hwm.set(position);
      subscriber.set(position);
      flow.update(i);
    }
  };
}

/** Of 40 frames every tenth is missing for 16 passes; then comes another term. */
function imageLosing(): (count: number) => void {
  const term = AtomicBuffer.allocate(TERM_LENGTH);
  for (let frame = 0; frame < 40; frame++) {
    term.putInt32Release(frame * FRAME, frame % 10 === 3 ? 0 : FRAME);
  }
  const delays = new StaticDelayGenerator(0, 100_000);
  const detector = new WindowLossDetector(delays, { request: () => true, requestAgain: () => true });
  const state = { rebuildPosition: 0, hwmPosition: 0, initialTermId: 0 };
  return (count) => {
    for (let i = 0; i < count; i++) {
      state.rebuildPosition = ((i >> 4) % 4096) * TERM_LENGTH;
      state.hwmPosition = state.rebuildPosition + 40 * FRAME;
      detector.scan(term, state, i * 1000);
    }
  };
}

const CASES: Record<string, () => (count: number) => void> = {
  'publication, nothing to do': publicationIdle,
  'publication, limit moved and 4 KiB cleaned': publicationMoving,
  'image, nothing to do': imageIdle,
  'image, a frame rebuilt and consumed': imageMoving,
  'image, four gaps of an MTU watched': imageLosing,
};

const wanted = process.argv[2];
for (const [name, prepare] of Object.entries(CASES)) {
  if (wanted === undefined || name.includes(wanted)) {
    measure(name, CALLS, prepare());
  }
}
