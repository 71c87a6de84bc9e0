// SPDX-License-Identifier: Apache-2.0
import type { SenderCommand } from './agent-commands.ts';
import { ThreadLocalQueue } from './agent-queue.ts';
import { createQueueMemory, RingQueueInbox, RingQueueProxy } from './ring-queue.ts';

interface Example {
  readonly kind: string;
  readonly id: number;
  readonly receiverId: bigint;
  readonly missing: string | undefined;
}

function example(id: number): Example {
  return { kind: 'example', id, receiverId: -(2n ** 63n) + BigInt(id), missing: undefined };
}

function queues() {
  const memory = createQueueMemory();
  const local = new ThreadLocalQueue<Example>();
  return [
    ['in one thread', local, local],
    ['between threads', new RingQueueProxy<Example>(memory), new RingQueueInbox<Example>(memory)],
  ] as const;
}

describe.each(queues())('agent queue %s', (_name, proxy, inbox) => {
  it('is empty until something is offered, and again when all was taken', () => {
    const seen = [inbox.isEmpty];
    proxy.offer(example(1));
    seen.push(inbox.isEmpty);
    inbox.drain(() => undefined, 1);
    expect([...seen, inbox.isEmpty]).toEqual([true, false, true]);
  });

  it('delivers commands in order, at most as many as asked for', () => {
    for (let id = 0; id < 5; id++) {
      expect(proxy.offer(example(id))).toBe(true);
    }
    const ids: number[] = [];
    expect(inbox.drain((command) => ids.push(command.id), 2)).toBe(2);
    expect(inbox.drain((command) => ids.push(command.id), 10)).toBe(3);
    expect(inbox.drain((command) => ids.push(command.id), 10)).toBe(0);
    expect(ids).toEqual([0, 1, 2, 3, 4]);
  });

  it('keeps every value, 64-bit ones included', () => {
    proxy.offer(example(7));
    inbox.drain((command) => expect(command).toEqual(example(7)), 1);
  });

  it('refuses when full and takes commands again once drained', () => {
    let offered = 0;
    while (proxy.offer(example(offered))) {
      offered++;
    }
    expect(proxy.isFull).toBe(true);
    let next = 0;
    while (inbox.drain((command) => expect(command.id).toBe(next++), 100) > 0);
    expect(next).toBe(offered);
    expect(proxy.isFull).toBe(false);
  });
});

it('says it is full while an ordinary command would still fit', () => {
  const memory = createQueueMemory();
  const proxy = new RingQueueProxy<SenderCommand>(memory);
  while (!proxy.isFull) {
    expect(proxy.offer({ kind: 'close-send-endpoint', endpointId: 1 })).toBe(true);
  }
  const uri = 'u'.repeat(4095);
  expect(proxy.offer({ kind: 'remove-send-destination', endpointId: 1, uri })).toBe(true);
});
