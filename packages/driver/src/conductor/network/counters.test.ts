// SPDX-License-Identifier: Apache-2.0
import { DRIVER_COUNTERS, readChannelCounterKey, readLocalSocketAddressKey } from '@aeron/codecs/internal';
import { CounterState } from '@aeron/core/internal';
import { CLIENT, ENDPOINT, NetworkScene, SESSION, STREAM } from '../../testing/network-scene.ts';

const FIRST_OF_NO_SYSTEM = 46;
const NO_CLIENT = -1;
const MDC = 'aeron:udp?control=127.0.0.1:40200|control-mode=dynamic|fc=min|linger=0';

/** Type id, owner and registration id by the name at the start of the label. */
function facts(scene: NetworkScene): Record<string, [typeId: number, ownerId: number, registrationId: number]> {
  const { counters } = scene.driver;
  const found: [string, [number, number, number]][] = [];
  counters.forEachMetadata((counterId, typeId, _key, label) => {
    if (counterId >= FIRST_OF_NO_SYSTEM) {
      const name = label.split(':')[0] ?? '';
      found.push([name, [typeId, counters.getCounterOwnerId(counterId), counters.getCounterRegistrationId(counterId)]]);
    }
  });
  return Object.fromEntries(found);
}

function idOf(scene: NetworkScene, name: string): number {
  let found = -1;
  scene.driver.counters.forEach((_value, counterId, label) => {
    found = label.startsWith(`${name}:`) ? counterId : found;
  });
  return found;
}

describe('the counters of the network', () => {
  it('belong to whom they do in the reference, on the sending side', () => {
    const scene = new NetworkScene();
    const { registrationId } = scene.publication(MDC);
    const row = (name: keyof typeof DRIVER_COUNTERS, ownerId: number) => [
      DRIVER_COUNTERS[name].label,
      [DRIVER_COUNTERS[name].typeId, ownerId, registrationId],
    ];
    expect(facts(scene)).toEqual({
      'client-heartbeat': [11, CLIENT, CLIENT],
      ...Object.fromEntries([
        row('SEND_CHANNEL_STATUS', 0),
        row('SEND_LOCAL_SOCKET_ADDRESS', 0),
        row('MDC_DESTINATIONS', 0),
        row('FLOW_CONTROL_RECEIVERS', NO_CLIENT),
        row('PUBLISHER_POSITION_CONCURRENT', CLIENT),
        row('PUBLISHER_LIMIT', CLIENT),
        row('SENDER_POSITION', CLIENT),
        row('SENDER_LIMIT', CLIENT),
        row('SENDER_BACK_PRESSURE_EVENTS', CLIENT),
        row('SENDER_NAKS_RECEIVED', CLIENT),
      ]),
    });
  });

  it('belong to whom they do in the reference, on the receiving side', () => {
    const scene = new NetworkScene();
    const other = CLIENT + 1;
    const first = scene.subscription(`${ENDPOINT}|cc=cubic`);
    scene.subscription(`${ENDPOINT}|cc=cubic`, { clientId: other });
    const { correlationId } = scene.image(first.endpointId).spec;
    const { 'sub-pos': subscriber, ...others } = facts(scene);
    expect(subscriber).toEqual([4, other, expect.any(Number)]);
    expect(others).toEqual({
      'client-heartbeat': [11, other, other],
      'rcv-channel': [7, 0, first.registrationId],
      'rcv-local-sockaddr': [14, 0, first.registrationId],
      'rcv-cc-cubic-rtt': [10, NO_CLIENT, correlationId],
      'rcv-cc-cubic-wnd': [10, NO_CLIENT, correlationId],
      'rcv-hwm': [3, CLIENT, correlationId],
      'rcv-pos': [5, CLIENT, correlationId],
      'rcv-naks-sent': [20, CLIENT, correlationId],
    });
  });

  it('have the channel, and where it is bound, in their keys', () => {
    const scene = new NetworkScene();
    const { channelStatusCounterId } = scene.subscription();
    const key = (name: string) => scene.driver.counters.getCounterKey(idOf(scene, name));
    expect(readChannelCounterKey(key('rcv-channel'))).toBe(ENDPOINT);
    expect(readLocalSocketAddressKey(key('rcv-local-sockaddr'))).toEqual({
      channelStatusId: channelStatusCounterId,
      localSocketAddress: '127.0.0.1:40123',
    });
    expect(scene.driver.counterValue(idOf(scene, 'rcv-local-sockaddr'))).toBe(1);
  });

  it('of a publication are freed with it, and rest before they are others', () => {
    const scene = new NetworkScene();
    const { registrationId, spec } = scene.publication(MDC);
    const ids = Object.keys(facts(scene))
      .filter((name) => name !== 'client-heartbeat')
      .map((name) => idOf(scene, name));
    scene.remove('PUBLICATION', registrationId);
    scene.elapse(500);
    const { counters } = scene.driver;
    expect(ids.map((id) => counters.getCounterState(id))).toEqual(ids.map(() => CounterState.RECLAIMED));
    expect(Object.keys(facts(scene))).toEqual(['client-heartbeat']);
    const early = counters.allocate('early', 1000);
    scene.elapse(1500);
    const late = counters.allocate('late', 1000);
    expect([ids.includes(early), ids.includes(late)]).toEqual([false, true]);
    expect(scene.publication().spec.stateIndex).toBe(spec.stateIndex); // nor is its shared state kept
  });

  it('of an image are freed with it', () => {
    const scene = new NetworkScene({ imageLivenessTimeoutNs: '1s' });
    const { registrationId, endpointId } = scene.subscription(`${ENDPOINT}|cc=cubic`);
    const { stateIndex } = scene.activeImage(endpointId, { sessionId: SESSION, streamId: STREAM }).spec;
    expect(Object.keys(facts(scene))).toHaveLength(9);
    scene.remove('SUBSCRIPTION', registrationId);
    for (const image of scene.agents.images) {
      image.isDeactivated = true;
    }
    scene.elapse(5000);
    expect(Object.keys(facts(scene))).toEqual(['client-heartbeat']);
    expect(scene.image(scene.subscription().endpointId).spec.stateIndex).toBe(stateIndex);
  });
});
