// SPDX-License-Identifier: Apache-2.0
import { ImageState } from './image-state.ts';
import { createStateMemory, StateSlots, stateSlot } from './state-table.ts';

const CONDUCTOR_SAYS: Readonly<Record<string, (state: ImageState) => void>> = {
  'a status message': (state) => state.scheduleStatusMessage(64, 1024),
  'a loss': (state) => state.scheduleLoss(1, 64, 32),
  'the end of the stream': (state) => {
    state.isSendingEos = true;
  },
  'a measurement': (state) => state.requestRtt(),
  'that it gives the image up': (state) => {
    state.isClosing = true;
  },
};

const RECEIVER_SAYS: Readonly<Record<string, (state: ImageState) => void>> = {
  'where the stream ends': (state) => state.endStream(64),
  'that it was revoked': (state) => {
    state.isRevoked = true;
  },
  'that nobody wants it': (state) => {
    state.isDeactivated = true;
  },
  'how long a round trip takes': (state) => state.onRtt(1000),
};

function twoHalves() {
  const memory = createStateMemory();
  return [new ImageState(stateSlot(memory, 3)), new ImageState(stateSlot(memory, 3))] as const;
}

describe('the state of an image', () => {
  it.each(Object.entries(CONDUCTOR_SAYS))('shows the receiver that there is news: %s', (_what, say) => {
    const [conductor, receiver] = twoHalves();
    const before = [receiver.conductorChange(0), receiver.receiverChange(0)];
    say(conductor);
    expect(receiver.conductorChange(0)).not.toBe(before[0]);
    expect(receiver.receiverChange(0)).toBe(before[1]);
  });

  it.each(Object.entries(RECEIVER_SAYS))('shows the conductor that there is news: %s', (_what, say) => {
    const [conductor, receiver] = twoHalves();
    const before = [conductor.conductorChange(0), conductor.receiverChange(0)];
    say(receiver);
    expect(conductor.receiverChange(0)).not.toBe(before[1]);
    expect(conductor.conductorChange(0)).toBe(before[0]);
  });

  it('is no other slot than its own, and zeroed when it is given to another image', () => {
    const memory = createStateMemory();
    const slots = new StateSlots(memory);
    const [first, second] = [slots.allocate(), slots.allocate()];
    const state = new ImageState(stateSlot(memory, first));
    const other = new ImageState(stateSlot(memory, second));
    state.scheduleStatusMessage(64, 1024);
    state.endStream(4096);
    expect([other.conductorChange(0), other.isEndOfStream]).toEqual([0, false]);
    other.isRevoked = true;
    expect(state.isRevoked).toBe(false);
    slots.free(first);
    expect(slots.allocate()).toBe(first);
    expect([state.conductorChange(0), state.isEndOfStream, state.eosPosition, other.isRevoked]).toEqual([
      0,
      false,
      0,
      true,
    ]);
  });
});
