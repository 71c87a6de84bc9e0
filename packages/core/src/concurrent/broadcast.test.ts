// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { AtomicBuffer } from '../buffer/atomic-buffer.ts';
import { isAeronError } from '../errors/aeron-error.ts';
import { allocationPerCall } from '../testing/allocation.ts';
import { BROADCAST_TRAILER_LENGTH } from './broadcast-descriptor.ts';
import { BroadcastReceiver } from './broadcast-receiver.ts';
import { BroadcastTransmitter } from './broadcast-transmitter.ts';
import { CopyBroadcastReceiver } from './copy-broadcast-receiver.ts';
import { PADDING_TYPE_ID } from './ring-buffer-descriptor.ts';

const CAPACITY = 1024;
const INTENT = CAPACITY;
const TAIL = CAPACITY + 8;
const LATEST = CAPACITY + 16;

function newBuffer(position = 0): AtomicBuffer {
  const memory = AtomicBuffer.allocate(CAPACITY + BROADCAST_TRAILER_LENGTH);
  for (const offset of [INTENT, TAIL, LATEST]) {
    memory.putInt64(offset, position);
  }
  return memory;
}

function newPair(position = 0) {
  const memory = newBuffer(position);
  const receiver = new CopyBroadcastReceiver(new BroadcastReceiver(memory));
  return { memory, transmitter: new BroadcastTransmitter(memory), receiver };
}

function send(transmitter: BroadcastTransmitter, typeId: number, value: string): void {
  transmitter.transmit(typeId, new AtomicBuffer(Buffer.from(value)), 0, value.length);
}

function receive(receiver: CopyBroadcastReceiver): string[] {
  const messages: string[] = [];
  while (
    receiver.receive((typeId, buffer, offset, length) =>
      messages.push(`${typeId}:${buffer.getAscii(offset, length)}`),
    ) > 0
  ) {}
  return messages;
}

describe('BroadcastTransmitter and receivers', () => {
  it('put records and positions where the reference puts them', () => {
    const { memory, transmitter, receiver } = newPair();
    expect(transmitter.maxMessageLength).toBe(128);
    send(transmitter, 7, 'hello');
    send(transmitter, 8, 'x');
    expect([memory.getInt32(0), memory.getInt32(4), memory.getAscii(8, 5)]).toEqual([13, 7, 'hello']);
    expect([memory.getInt64(INTENT), memory.getInt64(TAIL), memory.getInt64(LATEST)]).toEqual([32, 32, 16]);
    expect(receive(receiver)).toEqual(['7:hello', '8:x']);
    expect(receive(receiver)).toEqual([]);
  });

  it('pad the end of the block', () => {
    const { memory, transmitter, receiver } = newPair(CAPACITY - 16);
    send(transmitter, 3, 'longer than 8');
    expect([memory.getInt32(CAPACITY - 16), memory.getInt32(CAPACITY - 12)]).toEqual([16, PADDING_TYPE_ID]);
    expect([memory.getInt64(INTENT), memory.getInt64(TAIL), memory.getInt64(LATEST)]).toEqual([1048, 1048, 1024]);
    expect(receive(receiver)).toEqual(['3:longer than 8']);
  });

  it('refuse types below 1, lengths out of bounds and odd buffers', () => {
    const { transmitter, memory } = newPair();
    const source = AtomicBuffer.allocate(200);
    expect(() => transmitter.transmit(0, source, 0, 1)).toThrow('typeId=0');
    expect(() => transmitter.transmit(1, source, 0, 129)).toThrow('length=129');
    expect(() => transmitter.transmit(1, source, 0, -1)).toThrow('length=-1');
    expect(() => transmitter.transmit(1, source, 190, 20)).toThrow(RangeError);
    expect(memory.getInt64(INTENT)).toBe(0);
    expect(() => new BroadcastTransmitter(AtomicBuffer.allocate(1000))).toThrow('length=1000');
    expect(() => new BroadcastReceiver(AtomicBuffer.allocate(1000))).toThrow('length=1000');
  });

  it('allocate nothing per message', () => {
    const { transmitter, receiver } = newPair();
    const source = AtomicBuffer.allocate(32);
    const onMessage = (): void => {};
    const perCall = allocationPerCall(() => {
      transmitter.transmit(1, source, 0, 32);
      receiver.receive(onMessage);
    }, 200_000);
    expect(perCall).toBeLessThan(1);
  });

  it('show the newest message first to one that comes late', () => {
    const { memory, transmitter } = newPair();
    send(transmitter, 1, 'a');
    send(transmitter, 1, 'b');
    const late = new CopyBroadcastReceiver(new BroadcastReceiver(memory));
    expect(receive(late)).toEqual(['1:b']);
  });

  it('tell a receiver that was lapped, which then goes on with the newest', () => {
    const { transmitter, receiver } = newPair();
    for (let i = 0; i < 70; i++) {
      send(transmitter, 1, `m${i}`.padEnd(8));
    }
    let error: unknown;
    try {
      receive(receiver);
    } catch (thrown) {
      error = thrown;
    }
    expect(isAeronError(error, 'BROADCAST_LAPPED')).toBe(true);
    expect(String(error)).toContain('lappedCount=1');
    send(transmitter, 1, 'after');
    expect(receive(receiver)).toEqual(['1:after']);
    expect(receiver.receiver.lappedCount).toBe(1);
  });

  it('lap a receiver by a whole buffer, and by nothing less', () => {
    const { transmitter, receiver } = newPair();
    for (let i = 0; i < 63; i++) {
      send(transmitter, 1, `${i}`.padEnd(8));
    }
    expect(receive(receiver)).toHaveLength(63);
    for (let i = 0; i < 64; i++) {
      send(transmitter, 1, `${i}`.padEnd(8));
    }
    expect(() => receive(receiver)).toThrow('unable to keep up');
  });

  it('notice that a message was overwritten while it was copied', () => {
    const { memory, transmitter, receiver } = newPair();
    send(transmitter, 1, 'a');
    const inner = receiver.receiver;
    const validate = inner.validate.bind(inner);
    inner.validate = () => {
      memory.putInt64(INTENT, CAPACITY + 16);
      return validate();
    };
    expect(() => receive(receiver)).toThrow('lappedCount=1');
  });

  it('hand over messages longer than the scratch buffer', () => {
    const memory = AtomicBuffer.allocate(64 * 1024 + BROADCAST_TRAILER_LENGTH);
    const transmitter = new BroadcastTransmitter(memory);
    const receiver = new CopyBroadcastReceiver(new BroadcastReceiver(memory));
    send(transmitter, 1, 'y'.repeat(8192));
    expect(receive(receiver)).toEqual([`1:${'y'.repeat(8192)}`]);
  });

  it.each([
    ['a length below the header', 0, 7],
    ['a length of 0', 0, 0],
    ['a negative length', 0, -16],
    ['a length past the block', 0, CAPACITY + 8],
    ['a type of 0', 4, 0],
    ['padding that ends too early', 4, PADDING_TYPE_ID],
  ])('report %s once and go on', (_name, offset, value) => {
    const { memory, transmitter, receiver } = newPair();
    send(transmitter, 1, 'a');
    memory.putInt32(offset, value);
    expect(() => receive(receiver)).toThrow('invalid broadcast record: offset=0');
    expect(receive(receiver)).toEqual([]);
    send(transmitter, 1, 'b');
    expect(receive(receiver)).toEqual(['1:b']);
  });

  it('report padding with nothing behind it, and positions that are no multiple of 8', () => {
    const { memory, receiver } = newPair();
    memory.putInt32(0, CAPACITY);
    memory.putInt32(4, PADDING_TYPE_ID);
    memory.putInt64(TAIL, CAPACITY);
    expect(() => receive(receiver)).toThrow('invalid broadcast record');
    memory.putInt64(TAIL, CAPACITY + 3);
    expect(() => receive(receiver)).toThrow('invalid broadcast record');
    expect(receive(receiver)).toEqual([]);
    memory.putInt64(TAIL, CAPACITY + 100);
    expect(() => receive(receiver)).toThrow('invalid broadcast record');
    expect(receive(receiver)).toEqual([]);
  });

  it('take an overwritten header for a lap, not for corruption', () => {
    const { memory, transmitter, receiver } = newPair();
    send(transmitter, 1, 'a');
    memory.putInt32(0, -1);
    const inner = receiver.receiver;
    const validate = inner.validate.bind(inner);
    inner.validate = () => {
      memory.putInt64(INTENT, CAPACITY + 16); // the transmitter has come round since the length was read
      return validate();
    };
    expect(() => receive(receiver)).toThrow('unable to keep up');
  });

  it('lose nothing as long as the receiver keeps up, with several receivers', () => {
    const step = fc.record({ receiver: fc.integer({ min: -1, max: 1 }), length: fc.nat(128) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), fc.nat(CAPACITY / 8), (steps, start) => {
        const memory = newBuffer(start * 8);
        const transmitter = new BroadcastTransmitter(memory);
        const receivers = [0, 1].map(() => new CopyBroadcastReceiver(new BroadcastReceiver(memory)));
        const seen: string[][] = [[], []];
        const unread = [0, 0];
        const sent: string[] = [];
        const catchUp = (index: number): void => {
          const receiver = receivers[index];
          seen[index]?.push(...(receiver === undefined ? [] : receive(receiver)));
          unread[index] = 0;
        };
        for (const { receiver, length } of steps) {
          if (receiver >= 0) {
            catchUp(receiver);
            continue;
          }
          const needed = 2 * (length + 16);
          for (const index of [0, 1]) {
            if ((unread[index] ?? 0) + needed >= CAPACITY) {
              catchUp(index);
            }
            unread[index] = (unread[index] ?? 0) + needed;
          }
          const content = `${sent.length}`.padEnd(length, '.').slice(0, length);
          sent.push(`${sent.length + 1}:${content}`);
          send(transmitter, sent.length, content);
        }
        catchUp(0);
        catchUp(1);
        expect(seen).toEqual([sent, sent]);
      }),
    );
  });
});
