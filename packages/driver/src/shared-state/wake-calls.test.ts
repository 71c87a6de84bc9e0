// SPDX-License-Identifier: Apache-2.0
import { ImageState } from './image-state.ts';
import { PublicationState } from './publication-state.ts';
import { createStateMemory, STATE_SLOT_COUNT, stateSlot, WakeList } from './state-table.ts';
import { WakeCaller, WakeCalls } from './wake-calls.ts';

function fixture(list: WakeList = WakeList.CONDUCTOR_IMAGES, slotCount = 16) {
  const memory = createStateMemory(slotCount);
  const calls = new WakeCalls(memory, list);
  const caller = (index: number) => new WakeCaller(stateSlot(memory, index), list);
  return { memory, calls, caller };
}

describe('a call about a stream', () => {
  it('is taken once, by who is called', () => {
    const { calls, caller } = fixture();
    expect(calls.begin()).toBe(false);
    caller(3).call();
    caller(3).call();
    expect([calls.begin(), calls.begin()]).toEqual([true, false]);
    expect([2, 3, 4, 3].map((index) => calls.take(index))).toEqual([false, true, false, false]);
  });

  it('is kept when it comes while calls are taken', () => {
    const { calls, caller } = fixture();
    caller(3).call();
    expect([calls.begin(), calls.take(3)]).toEqual([true, true]);
    caller(3).call();
    caller(2).call();
    expect([calls.begin(), calls.take(2), calls.take(3)]).toEqual([true, true, true]);
  });

  it('reaches its own list, and touches neither slots nor gaps', () => {
    for (const list of Object.values(WakeList)) {
      const { memory, caller } = fixture(list, STATE_SLOT_COUNT);
      caller(0).call();
      caller(STATE_SLOT_COUNT - 1).call();
      const heard = Object.values(WakeList).filter((other) => new WakeCalls(memory, other).begin());
      expect(heard).toEqual([list]);
      const { gapsOffset } = stateSlot(memory, STATE_SLOT_COUNT - 1);
      expect(new Uint8Array(memory, 0, gapsOffset + 12 * 16).every((byte) => byte === 0)).toBe(true);
    }
  });

  it.each<[string, WakeList, (image: ImageState) => void]>([
    ['a status message is scheduled', WakeList.RECEIVER_IMAGES, (image) => image.scheduleStatusMessage(64, 1024)],
    ['a loss is scheduled', WakeList.RECEIVER_IMAGES, (image) => image.scheduleLoss(1, 64, 32)],
    ['a gap is offered', WakeList.RECEIVER_IMAGES, (image) => image.offerGap(1, 64, 32)],
    ['the image is given up', WakeList.RECEIVER_IMAGES, (image) => Object.assign(image, { isClosing: true })],
    ['the stream ends', WakeList.CONDUCTOR_IMAGES, (image) => image.endStream(64)],
    ['it is deactivated', WakeList.CONDUCTOR_IMAGES, (image) => Object.assign(image, { isDeactivated: true })],
    ['data comes', WakeList.CONDUCTOR_IMAGES, (image) => image.callConductor()],
  ])('is made when %s', (_what, list, say) => {
    const { memory, calls } = fixture(list);
    say(new ImageState(stateSlot(memory, 5)));
    expect([calls.begin(), calls.take(5)]).toEqual([true, true]);
  });

  it('is made when receivers come and go', () => {
    const { memory, calls } = fixture(WakeList.CONDUCTOR_PUBLICATIONS);
    new PublicationState(stateSlot(memory, 5)).hasReceivers = true;
    expect([calls.begin(), calls.take(5)]).toEqual([true, true]);
  });
});
