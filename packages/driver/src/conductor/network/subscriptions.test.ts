// SPDX-License-Identifier: Apache-2.0
import { onlyEvent } from '../../testing/conductor-harness.ts';
import { CLIENT, ENDPOINT, NetworkScene, namesOf, refusal, SESSION, STREAM } from '../../testing/network-scene.ts';

describe('subscribing to the network', () => {
  it('opens a socket, says what is wanted, and answers', () => {
    const scene = new NetworkScene();
    const events = scene.addSubscription();
    expect(namesOf(events)).toEqual(['ON_COUNTER_READY', 'ON_SUBSCRIPTION_READY']);
    expect(scene.agents.commands.map(({ kind }) => kind)).toEqual(['open-receive-endpoint', 'add-interest']);
    const status = Number(onlyEvent(events, 'ON_SUBSCRIPTION_READY')['channelStatusCounterId']);
    expect(scene.labels()).toEqual([
      `rcv-channel: ${ENDPOINT} 127.0.0.1:40123`,
      `rcv-local-sockaddr: ${status} 127.0.0.1:40123`,
      `client-heartbeat: id=${CLIENT}`,
    ]);
    expect(scene.driver.counterValue(status)).toBe(1);
    expect(scene.agents.last('add-interest')).toMatchObject({ streamId: STREAM, sessionId: undefined });
  });

  it('tells the receiver of the first of a kind only, and when the last of a kind goes', () => {
    const scene = new NetworkScene();
    const all = [scene.subscription(), scene.subscription()];
    const one = scene.subscription(`${ENDPOINT}|session-id=${SESSION}`);
    const other = scene.subscription(ENDPOINT, { streamId: 5 });
    expect(scene.agents.of('add-interest').map(({ streamId, sessionId }) => [streamId, sessionId])).toEqual([
      [STREAM, undefined],
      [STREAM, SESSION],
      [5, undefined],
    ]);
    scene.remove('SUBSCRIPTION', all[0]?.registrationId ?? -1);
    expect(scene.agents.of('remove-interest')).toHaveLength(0);
    scene.remove('SUBSCRIPTION', all[1]?.registrationId ?? -1);
    scene.remove('SUBSCRIPTION', one.registrationId);
    expect(scene.agents.of('remove-interest').map(({ sessionId }) => sessionId)).toEqual([undefined, SESSION]);
    expect(scene.agents.of('close-receive-endpoint')).toHaveLength(0);
    scene.remove('SUBSCRIPTION', other.registrationId);
    expect(scene.agents.of('close-receive-endpoint')).toHaveLength(1);
    expect(scene.labels()).toEqual([`client-heartbeat: id=${CLIENT}`]);
  });

  it('gives each end point a receiver id of its own', () => {
    const scene = new NetworkScene();
    scene.subscription();
    scene.subscription('aeron:udp?endpoint=127.0.0.1:40124');
    const [first, second] = scene.agents.of('open-receive-endpoint').map(({ receiverId }) => receiverId);
    expect(second).toBe(BigInt.asIntN(64, (first ?? 0n) + 1n));
  });

  const CONFLICTS: readonly [channel: string, errorCode: number, message: RegExp][] = [
    [`${ENDPOINT}|reliable=false`, 1, /reliable/],
    [`${ENDPOINT}|rejoin=false`, 1, /rejoin/],
    [`${ENDPOINT}|so-rcvbuf=64k|rcv-wnd=16k`, 1, /so-rcvbuf/],
    [`${ENDPOINT}|channel-rcv-ts-offset=0`, 1, /channel-rcv-ts-offset/],
    [`${ENDPOINT}|media-rcv-ts-offset=0`, 1, /media-rcv-ts-offset/],
    [`${ENDPOINT}|cc=magic`, 11, /cc=magic/],
    ['aeron:udp?endpoint=127.0.0.1:40124|so-rcvbuf=16k', 11, /SO_RCVBUF/],
    ['aeron:udp?endpoint=127.0.0.1:40124|control=127.0.0.1:0', 11, /port=0/],
    ['aeron:udp?endpoint=nowhere:40123', 1, /nowhere/],
    ['aeron:udp', 1, /endpoint/],
    ['nonsense', 1, /nonsense/],
  ];

  it.each(CONFLICTS)('refuses %s', (channel, errorCode, message) => {
    const scene = new NetworkScene();
    scene.subscription();
    const before = scene.labels();
    const answer = refusal(scene.addSubscription(channel));
    expect(answer.errorCode).toBe(errorCode);
    expect(answer.message).toMatch(message);
    expect(scene.labels()).toEqual(before);
    expect(scene.agents.of('open-receive-endpoint')).toHaveLength(1);
  });

  it('lets options differ where streams or sessions do', () => {
    const scene = new NetworkScene();
    scene.subscription();
    scene.subscription(`${ENDPOINT}|reliable=false`, { streamId: 5 });
    scene.subscription(`${ENDPOINT}|reliable=false|session-id=5`);
  });

  it('reports what the operating system refuses, and gives everything back', () => {
    const scene = new NetworkScene();
    scene.agents.isAnswering = false;
    scene.driver.send('ADD_SUBSCRIPTION', {
      ...{ clientId: CLIENT, registrationCorrelationId: -1, streamId: STREAM, channel: ENDPOINT },
    });
    scene.passes();
    const { endpointId } = scene.agents.last('open-receive-endpoint');
    scene.agents.fromReceiver({
      ...{ kind: 'endpoint-failed', endpointId, destinationId: -1 },
      ...{ message: 'address in use', osCode: 'EADDRINUSE' },
    });
    scene.driver.settle();
    expect(refusal(scene.driver.events())).toMatchObject({
      errorCode: 11,
      message: expect.stringContaining('address in use'),
    });
    expect(scene.labels()).toEqual([]);
    scene.agents.isAnswering = true;
    scene.subscription();
  });

  it('is told to try again while its end point closes', () => {
    const scene = new NetworkScene();
    const { registrationId, endpointId } = scene.subscription();
    scene.agents.isAnswering = false;
    scene.remove('SUBSCRIPTION', registrationId);
    expect(refusal(scene.addSubscription()).errorCode).toBe(10);
    scene.agents.fromReceiver({ kind: 'endpoint-closed', endpointId });
    scene.agents.isAnswering = true;
    scene.driver.settle();
    expect(scene.subscription().endpointId).not.toBe(endpointId);
  });

  it('finds an end point by its tag', () => {
    const scene = new NetworkScene();
    const { endpointId } = scene.subscription(`${ENDPOINT}|tags=3`);
    expect(scene.subscription('aeron:udp?tags=3').endpointId).toBe(endpointId);
    expect(scene.agents.of('open-receive-endpoint')).toHaveLength(1);
    expect(refusal(scene.addSubscription('aeron:udp?endpoint=127.0.0.1:40199|tags=3')).errorCode).toBe(11);
  });

  it('ends with its client', () => {
    const scene = new NetworkScene({ clientLivenessTimeoutNs: '2s' });
    const { endpointId } = scene.subscription();
    scene.driver.elapse(5000);
    expect(scene.agents.last('close-receive-endpoint')).toMatchObject({ endpointId });
    expect(scene.labels()).toEqual([]);
  });
});

describe('a multi-destination subscription', () => {
  const MDS = 'aeron:udp?control-mode=manual';
  const DESTINATION = 'aeron:udp?endpoint=127.0.0.1:40124';

  it('has no address of its own, and one for each destination', () => {
    const scene = new NetworkScene();
    const { registrationId, channelStatusCounterId, endpointId } = scene.subscription(MDS);
    expect(scene.labelsOf(7)).toEqual([`rcv-channel: ${MDS} `]);
    expect(scene.driver.counterValue(channelStatusCounterId)).toBe(1);
    expect(namesOf(scene.destination('ADD_RCV_DESTINATION', registrationId, DESTINATION))).toEqual([
      'ON_OPERATION_SUCCESS',
    ]);
    expect(scene.labelsOf(14)).toEqual([`rcv-local-sockaddr: ${channelStatusCounterId} 127.0.0.1:40124`]);
    const { destinationId } = scene.agents.last('add-receive-destination');
    expect(namesOf(scene.destination('REMOVE_RCV_DESTINATION', registrationId, DESTINATION))).toEqual([
      'ON_OPERATION_SUCCESS',
    ]);
    expect(scene.agents.last('remove-receive-destination')).toMatchObject({ endpointId, destinationId });
    expect(scene.labelsOf(14)).toEqual([]);
    expect(namesOf(scene.destination('REMOVE_RCV_DESTINATION', registrationId, DESTINATION))).toEqual([
      'ON_OPERATION_SUCCESS',
    ]); // one that is not there is fine
  });

  it('takes streams of this driver as destinations too, and lets them go', () => {
    const scene = new NetworkScene();
    const { registrationId } = scene.subscription(MDS);
    const spied = scene.publication();
    const ipc = onlyEvent(scene.addPublication('aeron:ipc'), 'ON_PUBLICATION_READY');
    const spy = `aeron-spy:${ENDPOINT}`;
    for (const [channel, publication] of [
      ['aeron:ipc', Number(ipc['registrationId'])],
      [spy, spied.registrationId],
    ] as const) {
      const events = scene.destination('ADD_RCV_DESTINATION', registrationId, channel);
      expect(namesOf(events)).toEqual(['ON_OPERATION_SUCCESS', 'ON_AVAILABLE_IMAGE']);
      expect(onlyEvent(events, 'ON_AVAILABLE_IMAGE')).toMatchObject({
        correlationId: publication,
        subscriptionRegistrationId: registrationId,
      });
    }
    expect(scene.labelsOf(4)).toHaveLength(2);
    for (const channel of ['aeron:ipc', spy]) {
      const events = scene.destination('REMOVE_RCV_DESTINATION', registrationId, channel);
      expect(namesOf(events).sort()).toEqual(['ON_OPERATION_SUCCESS', 'ON_UNAVAILABLE_IMAGE']);
    }
    expect(scene.labelsOf(4)).toHaveLength(0);
  });

  it.each([
    [`${DESTINATION}|mtu=4k`, 1, /mtu/],
    [`${DESTINATION}|rcv-wnd=4k`, 1, /rcv-wnd/],
    [`${DESTINATION}|so-rcvbuf=64k`, 1, /so-rcvbuf/],
    [`${DESTINATION}|so-sndbuf=64k`, 1, /so-sndbuf/],
    [`${DESTINATION}|response-correlation-id=1`, 1, /response-correlation-id/],
    ['aeron:udp?control=127.0.0.1:40200|control-mode=response', 1, /control-mode=response/],
    ['aeron:udp?endpoint=nowhere:40123', 1, /nowhere/],
  ])('refuses the destination %s', (channel, errorCode, message) => {
    const scene = new NetworkScene();
    const { registrationId } = scene.subscription(MDS);
    const answer = refusal(scene.destination('ADD_RCV_DESTINATION', registrationId, channel));
    expect(answer.errorCode).toBe(errorCode);
    expect(answer.message).toMatch(message);
    expect(scene.labelsOf(14)).toEqual([]);
  });

  it('alone takes destinations', () => {
    const scene = new NetworkScene();
    const { registrationId } = scene.subscription();
    expect(refusal(scene.destination('ADD_RCV_DESTINATION', registrationId, DESTINATION)).errorCode).toBe(2);
    expect(refusal(scene.destination('REMOVE_RCV_DESTINATION', registrationId, DESTINATION)).errorCode).toBe(1);
    expect(refusal(scene.destination('ADD_RCV_DESTINATION', 12_345, DESTINATION)).errorCode).toBe(2);
    expect(refusal(scene.destination('REMOVE_RCV_DESTINATION', 12_345, DESTINATION)).errorCode).toBe(2);
  });

  it('goes on without a destination that the operating system refuses', () => {
    const scene = new NetworkScene();
    const { registrationId, endpointId } = scene.subscription(MDS);
    scene.agents.isAnswering = false;
    scene.driver.send('ADD_RCV_DESTINATION', {
      ...{ clientId: CLIENT, resourceRegistrationId: registrationId, channel: DESTINATION },
    });
    scene.passes();
    const { destinationId } = scene.agents.last('add-receive-destination');
    scene.agents.fromReceiver({
      ...{ kind: 'endpoint-failed', endpointId, destinationId },
      ...{ message: 'address in use', osCode: 'EADDRINUSE' },
    });
    scene.driver.settle();
    expect(refusal(scene.driver.events())).toMatchObject({
      errorCode: 11,
      message: expect.stringContaining('address in use'),
    });
    expect(scene.labelsOf(14)).toEqual([]);
    scene.agents.isAnswering = true;
    expect(namesOf(scene.destination('ADD_RCV_DESTINATION', registrationId, DESTINATION))).toEqual([
      'ON_OPERATION_SUCCESS',
    ]);
  });

  it('does not wait for a destination whose end point went away', () => {
    const scene = new NetworkScene({ clientLivenessTimeoutNs: '1s' });
    const { registrationId, endpointId } = scene.subscription(MDS);
    scene.agents.isAnswering = false;
    scene.driver.send('ADD_RCV_DESTINATION', {
      ...{ clientId: CLIENT + 1, resourceRegistrationId: registrationId, channel: DESTINATION },
    });
    scene.passes();
    for (let i = 0; i < 40; i++) {
      scene.driver.world.step(100_000_000);
      scene.passes(3);
    }
    scene.agents.fromReceiver({ kind: 'endpoint-closed', endpointId });
    scene.driver.settle();
    const refused = scene.driver.events().filter(({ name }) => name === 'ON_ERROR');
    expect(refused).toHaveLength(1);
    expect(scene.labelsOf(14)).toEqual([]);
  });

  it('takes its destinations along when it goes', () => {
    const scene = new NetworkScene();
    const { registrationId } = scene.subscription(MDS);
    scene.destination('ADD_RCV_DESTINATION', registrationId, DESTINATION);
    scene.destination('ADD_RCV_DESTINATION', registrationId, 'aeron:udp?endpoint=127.0.0.1:40125');
    scene.remove('SUBSCRIPTION', registrationId);
    expect(scene.agents.of('close-receive-endpoint')).toHaveLength(1);
    expect(scene.labels()).toEqual([`client-heartbeat: id=${CLIENT}`]);
  });
});
