// SPDX-License-Identifier: Apache-2.0
import { CLIENT, ENDPOINT, NetworkScene, namesOf, refusal } from '../../testing/network-scene.ts';

const MDC = 'aeron:udp?control=127.0.0.1:40200|control-mode=manual';
const DESTINATION = 'aeron:udp?endpoint=127.0.0.1:40124';
const SUCCESS = ['ON_OPERATION_SUCCESS'];

describe('destinations of a publication', () => {
  it('are given to the sender and taken away, by channel or by id', () => {
    const scene = new NetworkScene();
    const { registrationId, spec } = scene.publication(MDC);
    const { endpointId } = spec;
    const destinationId = scene.driver.send('ADD_DESTINATION', {
      ...{ clientId: CLIENT, resourceRegistrationId: registrationId, channel: DESTINATION },
    });
    scene.driver.settle();
    expect(namesOf(scene.driver.events())).toEqual(SUCCESS);
    expect(scene.agents.last('add-send-destination')).toEqual({
      ...{ kind: 'add-send-destination', endpointId, destinationId, uri: DESTINATION },
      address: { family: 'IPv4', address: '127.0.0.1', port: 40124 },
    });
    expect(namesOf(scene.destination('REMOVE_DESTINATION', registrationId, DESTINATION))).toEqual(SUCCESS);
    expect(scene.agents.last('remove-send-destination')).toMatchObject({ endpointId, uri: DESTINATION });
    const byId = { clientId: CLIENT, resourceRegistrationId: registrationId, destinationRegistrationId: destinationId };
    expect(namesOf(scene.driver.run('REMOVE_DESTINATION_BY_ID', byId))).toEqual(SUCCESS);
    expect(scene.agents.last('remove-send-destination-by-id')).toMatchObject({ endpointId, destinationId });
  });

  it('may have a name that nobody knows yet', () => {
    const scene = new NetworkScene();
    const { registrationId } = scene.publication(MDC);
    const events = scene.destination('ADD_DESTINATION', registrationId, 'aeron:udp?endpoint=nowhere:40124');
    expect(namesOf(events)).toEqual(SUCCESS);
    expect(scene.agents.last('add-send-destination').address).toBeUndefined();
  });

  it.each([
    ['aeron:udp?endpoint=127.0.0.1:0', 1, /port=0/],
    [`aeron-spy:${DESTINATION}`, 1, /spies/],
    [`${DESTINATION}|mtu=4k`, 1, /mtu/],
    [`${DESTINATION}|control-mode=response`, 1, /control-mode=response/],
    ['aeron:udp', 1, /endpoint/],
    ['aeron:ipc', 1, /ipc/],
    ['nonsense', 1, /nonsense/],
  ])('are not %s', (channel, errorCode, message) => {
    const scene = new NetworkScene();
    const { registrationId } = scene.publication(MDC);
    const answer = refusal(scene.destination('ADD_DESTINATION', registrationId, channel));
    expect(answer.errorCode).toBe(errorCode);
    expect(answer.message).toMatch(message);
    expect(scene.agents.of('add-send-destination')).toHaveLength(0);
  });

  it('are only for publications with manual control', () => {
    const scene = new NetworkScene();
    const unicast = scene.publication();
    const dynamic = scene.publication('aeron:udp?control=127.0.0.1:40201|control-mode=dynamic');
    for (const command of ['ADD_DESTINATION', 'REMOVE_DESTINATION'] as const) {
      expect(refusal(scene.destination(command, unicast.registrationId, DESTINATION)).errorCode).toBe(1);
      expect(refusal(scene.destination(command, dynamic.registrationId, DESTINATION)).errorCode).toBe(1);
      expect(refusal(scene.destination(command, 12_345, DESTINATION)).errorCode).toBe(3);
    }
    const byId = { clientId: CLIENT, resourceRegistrationId: 12_345, destinationRegistrationId: 1 };
    expect(refusal(scene.driver.run('REMOVE_DESTINATION_BY_ID', byId)).errorCode).toBe(3);
  });
});

describe('a name that is looked up again', () => {
  const NAMED = 'aeron:udp?endpoint=far:40123';
  const before = { family: 'IPv4', address: '10.0.0.7', port: 40123 } as const;

  function named(): NetworkScene {
    const scene = new NetworkScene();
    scene.driver.world.names.set('far', ['10.0.0.7']);
    return scene;
  }

  it('that means another address now is told to the agent', () => {
    const scene = named();
    const { endpointId } = scene.publication(NAMED).spec;
    const ask = () => {
      scene.agents.fromSender({
        ...{ kind: 're-resolve', side: 'send', endpointId, destinationId: -1, endpoint: 'far:40123', address: before },
      });
      scene.elapse(200);
    };
    ask();
    expect(scene.agents.of('send-endpoint-resolved')).toHaveLength(0);
    scene.driver.world.names.set('far', ['10.0.0.8']);
    ask();
    expect(scene.agents.last('send-endpoint-resolved')).toMatchObject({
      ...{ endpointId, endpoint: 'far:40123', address: { address: '10.0.0.8', port: 40123 } },
    });
  });

  it.each([
    [false, -1],
    [true, 1],
  ])('shows clients whether the new address can be sent to: %s', (isConnected, status) => {
    const scene = named();
    const { channelStatusCounterId, spec } = scene.publication(NAMED);
    for (const isConnectedNow of [!isConnected, isConnected]) {
      scene.agents.fromSender({
        kind: 'send-endpoint-moved',
        endpointId: spec.endpointId,
        isConnected: isConnectedNow,
      });
      scene.elapse(1);
    }
    expect(scene.driver.counterValue(channelStatusCounterId)).toBe(status);
    expect(scene.publication(NAMED, { streamId: 7 }).spec.endpointId).toBe(spec.endpointId); // it is shared all the same
  });

  it('of the control side goes to the receiver', () => {
    const scene = named();
    const { endpointId } = scene.subscription(
      'aeron:udp?endpoint=127.0.0.1:40125|control=far:40123|control-mode=dynamic',
    );
    scene.driver.world.names.set('far', ['10.0.0.8']);
    scene.agents.fromReceiver({
      ...{ kind: 're-resolve', side: 'receive', endpointId, destinationId: -1, endpoint: 'far:40123', address: before },
    });
    scene.elapse(200);
    expect(scene.errors).toEqual([]);
    expect(scene.agents.last('receive-endpoint-resolved')).toMatchObject({
      ...{ endpointId, destinationId: -1, address: { address: '10.0.0.8', port: 40123 } },
    });
  });

  it('and is gone leaves everything as it is', () => {
    const scene = named();
    const { endpointId } = scene.publication(ENDPOINT).spec;
    for (const [id, endpoint] of [
      [endpointId, 'gone:40123'],
      [999, 'far:40123'],
    ] as const) {
      scene.agents.fromSender({
        ...{ kind: 're-resolve', side: 'send', endpointId: id, destinationId: -1, endpoint, address: undefined },
      });
      scene.elapse(200);
    }
    expect(scene.agents.of('send-endpoint-resolved')).toHaveLength(0);
    expect(scene.errors).toEqual([expect.stringContaining('gone:40123')]);
  });
});
