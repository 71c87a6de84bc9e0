// SPDX-License-Identifier: Apache-2.0
import type { DatagramSocket, NameLookup, Platform } from '@aeron/core/internal';
import { EventLoopUse } from './event-loop-use.ts';

type State = DatagramSocket['state'];

/** Sockets and look-ups whose state the test sets. */
function fixture(wait?: (timeoutNs: number) => void) {
  const sockets: { state: State }[] = [];
  const lookups: { state: NameLookup['state'] }[] = [];
  const platform = {
    datagrams: {
      name: 'test',
      wait,
      open: () => {
        const socket = { state: 'opening' as State };
        sockets.push(socket);
        return socket;
      },
      interfaces: () => ['interfaces'],
      bufferLimits: () => 'limits',
    },
    names: {
      lookup: () => {
        const lookup = { state: 'pending' as NameLookup['state'] };
        lookups.push(lookup);
        return lookup;
      },
    },
  } as unknown as Pick<Platform, 'datagrams' | 'names'>;
  return { use: new EventLoopUse(platform), sockets, lookups };
}

const OPTIONS = {} as Parameters<Platform['datagrams']['open']>[0];

describe('the event loop', () => {
  it('is not needed by agents that do nothing with it', () => {
    expect(fixture().use.isNeeded).toBe(false);
  });

  it('is needed as long as a socket is open, or about to be', () => {
    const { use, sockets } = fixture();
    const socket = use.ports.datagrams.open(OPTIONS);
    expect(socket).toBe(sockets[0]);
    expect(use.isNeeded).toBe(true);
    use.ports.datagrams.open(OPTIONS);
    (sockets[0] as { state: State }).state = 'open';
    (sockets[1] as { state: State }).state = 'failed';
    expect(use.isNeeded).toBe(true);
    (sockets[0] as { state: State }).state = 'closed';
    expect(use.isNeeded).toBe(false);
    (sockets[0] as { state: State }).state = 'open'; // it was forgotten
    expect(use.isNeeded).toBe(false);
  });

  it('is needed as long as a name is looked up', () => {
    const { use, lookups } = fixture();
    use.ports.names.lookup('far');
    expect(use.isNeeded).toBe(true);
    (lookups[0] as { state: string }).state = 'resolved';
    expect(use.isNeeded).toBe(false);
  });

  it('is not needed by sockets that a thread can block for', () => {
    const wait = (): void => undefined;
    const { use, sockets } = fixture(wait);
    expect(use.wait).toBeUndefined();
    use.ports.datagrams.open(OPTIONS);
    (sockets[0] as { state: State }).state = 'open';
    expect(use.isNeeded).toBe(false);
    expect(use.wait).toBe(wait);
    (sockets[0] as { state: State }).state = 'closed';
    expect(use.wait).toBeUndefined();
    use.ports.names.lookup('far');
    expect(use.isNeeded).toBe(true);
  });

  it('is all that wakes a thread whose sockets live on it', () => {
    const { use } = fixture();
    use.ports.datagrams.open(OPTIONS);
    expect(use.wait).toBeUndefined();
  });

  it('has nothing to do with the rest of the ports', () => {
    const { use } = fixture();
    expect(use.ports.datagrams.name).toBe('test');
    expect(use.ports.datagrams.interfaces()).toEqual(['interfaces']);
    expect(use.ports.datagrams.bufferLimits()).toBe('limits');
  });
});
