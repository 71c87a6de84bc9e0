// SPDX-License-Identifier: Apache-2.0
import { ImageState } from './image-state.ts';
import { createStateMemory, GAP_RING_CAPACITY, StateSlots, stateSlot } from './state-table.ts';

const CONDUCTOR_SAYS: Readonly<Record<string, (state: ImageState) => unknown>> = {
  'a status message': (state) => state.scheduleStatusMessage(64, 1024),
  'a loss': (state) => state.scheduleLoss(1, 64, 32),
  'one of several gaps': (state) => state.offerGap(1, 64, 32),
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

  it('hands each of several gaps over, in their order, and takes no more than there is room for', () => {
    const [conductor, receiver] = twoHalves();
    let [offered, taken] = [0, 0];
    for (let round = 0; round < 5; round++) {
      while (conductor.offerGap(offered - 7, 32 * offered, offered)) {
        offered++;
      }
      expect(offered - taken).toBe(GAP_RING_CAPACITY);
      while (taken < offered - round && receiver.takeGap()) {
        const { lossTermId, lossTermOffset, lossLength } = receiver;
        expect([lossTermId + 7, lossTermOffset / 32, lossLength]).toEqual([taken, taken, taken]);
        taken++;
      }
      expect(taken).toBe(offered - round);
    }
    expect(receiver.readLoss()).toBe(0);
  });

  it('has its own gaps', () => {
    const memory = createStateMemory();
    const [one, other] = [new ImageState(stateSlot(memory, 3)), new ImageState(stateSlot(memory, 4))];
    while (one.offerGap(7, 64, 32)) {}
    expect(other.takeGap()).toBe(false);
    expect(other.offerGap(8, 96, 64)).toBe(true);
    expect([one.takeGap(), one.lossTermId, other.takeGap(), other.lossTermId]).toEqual([true, 7, true, 8]);
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
