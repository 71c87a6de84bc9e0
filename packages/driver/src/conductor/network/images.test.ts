// SPDX-License-Identifier: Apache-2.0
import {
  activeTransportCount,
  LossReportEntryFlyweight,
  lossReportPath,
  readLogParameters,
  SETUP_GROUP_FLAG,
} from '@aeron/codecs/internal';
import { AtomicBuffer } from '@aeron/core/internal';
import { onlyEvent } from '../../testing/conductor-harness.ts';
import {
  CLIENT,
  ENDPOINT,
  NetworkScene,
  namesOf,
  type SceneImage,
  SESSION,
  STREAM,
  TERM_LENGTH,
} from '../../testing/network-scene.ts';

const WINDOW = TERM_LENGTH / 2;
const FRAME = 1024;

const available = (events: ReturnType<NetworkScene['setup']>) =>
  events.filter(({ name }) => name === 'ON_AVAILABLE_IMAGE').map(({ fields }) => fields);

/** What the next status message is to say. */
function scheduled({ state }: SceneImage): { change: number; position: number; windowLength: number } {
  const change = state.readStatusMessage();
  return { change, position: state.smPosition, windowLength: state.smWindowLength };
}

function loss({ state }: SceneImage) {
  const change = state.readLoss();
  return { change, termId: state.lossTermId, termOffset: state.lossTermOffset, length: state.lossLength };
}

/** What is asked for side by side. */
function gaps({ state }: SceneImage): string[] {
  const asked: string[] = [];
  while (state.takeGap()) {
    asked.push(`${state.lossTermId}: ${state.lossTermOffset / FRAME}+${state.lossLength / FRAME}`);
  }
  return asked;
}

/** Receives whole frames up to a position. */
function receiveTo(scene: NetworkScene, image: SceneImage, from: number, to: number): void {
  for (let position = from; position < to; ) {
    position = scene.receive(image, position, FRAME);
  }
}

describe('an image', () => {
  it('is made for those who subscribe to its stream, with counters in the order of the reference', () => {
    const scene = new NetworkScene();
    const subscriptions = [scene.subscription(), scene.subscription(), scene.subscription(ENDPOINT, { streamId: 5 })];
    const before = scene.labels().length;
    const events = scene.setup(subscriptions[0]?.endpointId ?? -1, { activeTermId: 12, termOffset: 96 });
    const join = 2 * TERM_LENGTH + 96;
    const { image } = scene.agents.last('add-image');
    const stream = `${image.correlationId} ${SESSION} ${STREAM} ${ENDPOINT}`;
    expect(scene.labels().slice(before)).toEqual([
      `sub-pos: ${subscriptions[0]?.registrationId} ${SESSION} ${STREAM} ${ENDPOINT} @${join}`,
      `sub-pos: ${subscriptions[1]?.registrationId} ${SESSION} ${STREAM} ${ENDPOINT} @${join}`,
      `rcv-hwm: ${stream}`,
      `rcv-pos: ${stream}`,
      `rcv-naks-sent: ${stream}`,
    ]);
    const told = available(events);
    expect(told.map((fields) => fields['subscriptionRegistrationId'])).toEqual(
      subscriptions.slice(0, 2).map(({ registrationId }) => registrationId),
    );
    expect(told[0]).toMatchObject({
      ...{ correlationId: image.correlationId, sessionId: SESSION, streamId: STREAM },
      ...{ sourceIdentity: '10.0.0.9:5555', logFileName: image.logPath },
    });
    for (const fields of told) {
      const counterId = Number(fields['subscriberPositionId']);
      expect(scene.driver.counterValue(counterId)).toBe(join);
      expect(scene.driver.counters.getCounterReferenceId(counterId)).toBe(image.correlationId);
      expect(scene.driver.counters.getCounterOwnerId(counterId)).toBe(CLIENT);
    }
    expect(scene.driver.counterValue(image.hwmCounterId)).toBe(join);
    expect(scene.driver.counterValue(image.rebuildPositionCounterId)).toBe(join);
    expect(image).toMatchObject({ isReliable: true, initialWindowLength: WINDOW, initialTermOffset: 96 });
  });

  it('has a log that says how its stream is received', () => {
    const scene = new NetworkScene();
    const channel = `${ENDPOINT}|rcv-wnd=16k|rejoin=false|reliable=false|tether=false|sparse=false|group=true|tags=7`;
    const { endpointId } = scene.subscription(channel);
    const { log, spec } = scene.image(endpointId);
    expect(readLogParameters(log.metadata)).toMatchObject({
      ...{ type: 2, correlationId: spec.correlationId, sessionId: SESSION, streamId: STREAM, initialTermId: 10 },
      ...{ termLength: TERM_LENGTH, mtuLength: 1408, receiverWindowLength: 16 * 1024, publicationWindowLength: 0 },
      ...{ rejoin: false, reliable: false, tether: false, sparse: false, group: true, entityTag: 0n },
    });
    expect(activeTransportCount(log.metadata)).toBe(0);
    expect(spec).toMatchObject({ isReliable: false, initialWindowLength: 16 * 1024 });
  });

  it('of several subscriptions follows the end point, the first one and the oldest one', () => {
    const scene = new NetworkScene();
    const gone = scene.subscription(`${ENDPOINT}|rcv-wnd=16k|tether=false|untethered-resting-timeout=7s`);
    scene.subscription(`${ENDPOINT}|sparse=false|session-id=${SESSION}|reliable=false|rcv-wnd=8k`);
    scene.subscription(`${ENDPOINT}|sparse=true`);
    scene.remove('SUBSCRIPTION', gone.registrationId); // the last one takes its place, and so becomes the first
    const { log, spec } = scene.image(gone.endpointId);
    expect(spec.isReliable).toBe(true);
    expect(readLogParameters(log.metadata)).toMatchObject({
      ...{ receiverWindowLength: 16 * 1024, tether: false, untetheredRestingTimeoutNs: 7e9 },
      ...{ sparse: false, reliable: true },
    });
  });

  it('has counters of its congestion control', () => {
    const scene = new NetworkScene();
    const { endpointId } = scene.subscription(`${ENDPOINT}|cc=cubic`);
    scene.image(endpointId);
    expect(scene.labelsOf(10).map((label) => label.split(':')[0])).toEqual(['rcv-cc-cubic-rtt', 'rcv-cc-cubic-wnd']);
  });

  it('is refused to a stranger', () => {
    const scene = new NetworkScene();
    const { endpointId } = scene.subscription();
    const refusals = [
      { setup: { streamId: STREAM + 1 }, message: undefined },
      { setup: { termLength: 100_000 }, message: /term/i },
      { setup: { termLength: 2 ** 31 }, message: /term/i },
      { setup: { mtuLength: 31 }, message: /mtu/i },
      { setup: { mtuLength: 65_536 }, message: /mtu/i },
      { setup: { mtuLength: 40_000 }, message: /mtu=40000 is more than the receiver window/ },
    ];
    refusals.forEach(({ setup, message }, index) => {
      const before = scene.errors.length;
      expect(scene.setup(endpointId, { sessionId: index, ...setup })).toEqual([]);
      const refused = scene.agents.of('image-refused');
      expect(refused).toHaveLength(index + 1);
      expect(refused.at(-1)).toMatchObject({ endpointId, sessionId: index });
      expect(scene.errors.slice(before)).toEqual(message === undefined ? [] : [expect.stringMatching(message)]);
    });
    scene.setup(-99);
    expect(scene.agents.of('image-refused')).toHaveLength(refusals.length + 1);
    expect(scene.driver.platform.files.list(`${scene.driver.directory}/images`)).toEqual([]);
    expect(scene.labelsOf(3)).toEqual([]);
  });

  it('is refused when its last subscriber went while the log was made', () => {
    const scene = new NetworkScene();
    const { endpointId, registrationId } = scene.subscription();
    const [request] = [{ clientId: CLIENT, registrationId }];
    scene.agents.fromReceiver({
      ...{ kind: 'create-image', endpointId, transportIndex: 0, streamId: STREAM, sessionId: SESSION },
      ...{ initialTermId: 0, activeTermId: 0, termOffset: 0, termLength: TERM_LENGTH, mtuLength: 1408, setupFlags: 0 },
      controlAddress: { family: 'IPv4', address: '10.0.0.9', port: 1 },
      sourceAddress: { family: 'IPv4', address: '10.0.0.9', port: 1 },
    });
    scene.driver.send('REMOVE_SUBSCRIPTION', request);
    scene.driver.conductor.doWork();
    scene.driver.settle();
    expect(scene.agents.of('add-image')).toHaveLength(0);
    expect(scene.agents.of('image-refused')).toHaveLength(1);
    scene.elapse(500);
    expect(scene.driver.platform.files.list(`${scene.driver.directory}/images`)).toEqual([]);
  });

  it('is refused when there is no counter left, and leaves nothing', () => {
    const scene = new NetworkScene({}, 46 + 3 + 3);
    const { endpointId } = scene.subscription();
    expect(scene.setup(endpointId)).toEqual([]);
    expect(scene.agents.of('image-refused')).toHaveLength(1);
    expect(scene.errors).toHaveLength(1);
    expect(scene.labels()).toHaveLength(3);
    scene.elapse(500);
    expect(scene.driver.platform.files.list(`${scene.driver.directory}/images`)).toEqual([]);
  });

  it('is joined by later subscribers where all others are', () => {
    const scene = new NetworkScene();
    const { endpointId } = scene.subscription();
    const image = scene.activeImage(endpointId);
    receiveTo(scene, image, 0, 4 * FRAME);
    image.positions[0]?.set(2 * FRAME);
    scene.driver.settle();
    const late = available(scene.addSubscription())[0];
    expect(scene.driver.counterValue(Number(late?.['subscriberPositionId']))).toBe(2 * FRAME);
    expect(available(scene.addSubscription(`${ENDPOINT}|session-id=${SESSION}`))).toHaveLength(1);
    expect(available(scene.addSubscription(`${ENDPOINT}|session-id=${SESSION + 1}`))).toHaveLength(0);
  });
});

describe('the rebuilding of an image', () => {
  it('is complete up to the first gap, and asks for what is missing after the delay and again', () => {
    const scene = new NetworkScene({
      nakUnicastDelayNs: '10ms',
      nakUnicastRetryDelayRatio: 10,
      nakUnicastAllGaps: false,
    });
    const { endpointId } = scene.subscription();
    const image = scene.activeImage(endpointId);
    receiveTo(scene, image, 0, 3 * FRAME);
    scene.receive(image, 6 * FRAME, FRAME);
    scene.driver.settle();
    expect(image.rebuildPosition.get()).toBe(3 * FRAME);
    expect(loss(image).change).toBe(0);
    scene.elapse(50);
    expect(loss(image)).toEqual({ change: 1, termId: 10, termOffset: 3 * FRAME, length: 3 * FRAME });
    scene.elapse(50);
    expect(loss(image).change).toBe(1);
    scene.elapse(100);
    expect(loss(image).change).toBe(2);
    receiveTo(scene, image, 3 * FRAME, 6 * FRAME);
    scene.driver.settle();
    expect(image.rebuildPosition.get()).toBe(7 * FRAME);
    scene.elapse(1000);
    expect(loss(image).change).toBe(2);
  });

  it('asks for several gaps side by side', () => {
    const scene = new NetworkScene({ nakUnicastDelayNs: '10ms', nakUnicastRetryDelayRatio: 10 });
    const { endpointId } = scene.subscription();
    const image = scene.activeImage(endpointId);
    receiveTo(scene, image, 0, 3 * FRAME);
    scene.receive(image, 6 * FRAME, FRAME);
    scene.receive(image, 8 * FRAME, FRAME);
    scene.driver.settle();
    scene.elapse(50);
    expect(gaps(image)).toEqual(['10: 3+3', '10: 7+1']);
    receiveTo(scene, image, 3 * FRAME, 6 * FRAME);
    scene.driver.settle();
    expect(image.rebuildPosition.get()).toBe(7 * FRAME);
    expect(loss(image).change).toBe(0);
  });

  it.each([
    ['a group', { setupFlags: SETUP_GROUP_FLAG }, ''],
    ['an unreliable stream', {}, '|reliable=false'],
  ])('asks for one gap after the other for %s', (_what, setup, parameters) => {
    const scene = new NetworkScene();
    const { endpointId } = scene.subscription(`${ENDPOINT}${parameters}`);
    const image = scene.activeImage(endpointId, setup);
    scene.receive(image, FRAME, FRAME);
    scene.receive(image, 3 * FRAME, FRAME);
    scene.elapse(1000);
    expect(gaps(image)).toEqual([]);
    expect(loss(image)).toMatchObject({ termOffset: 0, length: FRAME });
  });

  it.each([true, false])(
    'reports each lost byte once, whether all gaps are asked for or not: %s',
    (nakUnicastAllGaps) => {
      const scene = new NetworkScene({ nakUnicastAllGaps });
      const { endpointId } = scene.subscription();
      const image = scene.activeImage(endpointId);
      scene.receive(image, 2 * FRAME, FRAME);
      scene.elapse(1000, () => gaps(image));
      scene.receive(image, FRAME, FRAME); // the gap gets smaller
      scene.elapse(1000, () => gaps(image));
      scene.receive(image, 5 * FRAME, FRAME);
      scene.receive(image, 0, FRAME);
      scene.elapse(1000, () => gaps(image));
      const file = scene.driver.platform.mapper.map(lossReportPath(scene.driver.directory), { access: 'read-only' });
      const entry = new LossReportEntryFlyweight().wrap(
        new AtomicBuffer(file.memory, file.memoryOffset, file.length),
        0,
      );
      expect(entry).toMatchObject({ sessionId: SESSION, streamId: STREAM, channel: ENDPOINT, source: '10.0.0.9:5555' });
      expect(entry.totalBytesLost).toBe(2 * FRAME + 2 * FRAME);
      expect(entry.observationCount).toBe(2);
    },
  );

  it('goes on where the furthest subscriber is, whatever is missing before', () => {
    const scene = new NetworkScene();
    const { endpointId } = scene.subscription();
    const image = scene.activeImage(endpointId);
    scene.receive(image, 4 * FRAME, FRAME);
    image.positions[0]?.set(4 * FRAME);
    scene.driver.settle();
    expect(image.rebuildPosition.get()).toBe(5 * FRAME);
  });

  it('believes no subscriber that claims to be where nothing was received', () => {
    const scene = new NetworkScene();
    const { endpointId } = scene.subscription();
    const image = scene.activeImage(endpointId);
    receiveTo(scene, image, 0, 2 * FRAME);
    image.positions[0]?.set(2 ** 50);
    scene.driver.settle();
    expect(image.rebuildPosition.get()).toBe(2 * FRAME);
    expect(scheduled(image).position).toBeLessThanOrEqual(2 * FRAME);
    image.positions[0]?.set(-5000);
    scene.driver.settle();
    expect(scheduled(image).position).toBeGreaterThanOrEqual(0);
  });

  it('announces consumption beyond a quarter of the window, and cleans one term behind', () => {
    const scene = new NetworkScene();
    const { endpointId } = scene.subscription();
    const image = scene.activeImage(endpointId);
    const position = image.positions[0];
    expect(scheduled(image).change).toBe(0);
    receiveTo(scene, image, 0, WINDOW);
    position?.set(WINDOW / 4);
    scene.driver.settle();
    expect(scheduled(image).change).toBe(0);
    position?.set(WINDOW / 4 + FRAME);
    scene.driver.settle();
    expect(scheduled(image)).toEqual({ change: 1, position: WINDOW / 4 + FRAME, windowLength: WINDOW });
    for (let at = WINDOW; at < 3 * TERM_LENGTH; at += WINDOW / 2) {
      receiveTo(scene, image, at, at + WINDOW / 2);
      position?.set(at + WINDOW / 2);
      scene.driver.settle();
      const { position: smPosition } = scheduled(image);
      const cleaned = smPosition - TERM_LENGTH;
      for (let behind = cleaned - FRAME; behind >= Math.max(0, cleaned - TERM_LENGTH + FRAME); behind -= FRAME) {
        expect(image.log.terms[Math.floor(behind / TERM_LENGTH) % 3]?.getInt32(behind % TERM_LENGTH)).toBe(0);
      }
      const kept = Math.max(0, cleaned);
      expect(image.log.terms[Math.floor(kept / TERM_LENGTH) % 3]?.getInt32(kept % TERM_LENGTH)).toBe(FRAME);
    }
  });

  it('holds the sender at the slowest subscriber', () => {
    const scene = new NetworkScene();
    const { endpointId } = scene.subscription();
    scene.subscription();
    const image = scene.activeImage(endpointId);
    receiveTo(scene, image, 0, WINDOW);
    image.positions[0]?.set(WINDOW);
    scene.driver.settle();
    expect(scheduled(image).change).toBe(0);
    image.positions[1]?.set(WINDOW / 2);
    scene.driver.settle();
    expect(scheduled(image).position).toBe(WINDOW / 2);
  });

  it('has round trips measured where congestion control wants it, and its window follows', () => {
    const scene = new NetworkScene({ cubicMeasureRtt: true });
    const { endpointId } = scene.subscription(`${ENDPOINT}|cc=cubic`);
    const image = scene.activeImage(endpointId);
    scene.elapse(50);
    expect(image.state.rttRequestCount).toBeGreaterThan(0);
    image.state.onRtt(7_000_000);
    scene.driver.settle();
    expect(
      scene.driver.counters.getCounterValue(
        scene.driver.counters.findByTypeIdAndRegistrationId(10, image.spec.correlationId),
      ),
    ).toBe(7_000_000);
    expect(scheduled(image).windowLength).toBeLessThanOrEqual(WINDOW);
  });
});

describe('the end of an image', () => {
  const endOf = (scene: NetworkScene) => scene.agents.of('remove-cool-down').length;

  it('comes when the stream has ended and all was consumed, and is told to the sender for a while', () => {
    const scene = new NetworkScene({ imageLivenessTimeoutNs: '3s' });
    const { endpointId, registrationId } = scene.subscription();
    const image = scene.activeImage(endpointId);
    receiveTo(scene, image, 0, 2 * FRAME);
    image.state.endStream(2 * FRAME);
    scene.driver.settle();
    expect(image.state.isSendingEos).toBe(true);
    expect(scene.elapse(3000)).toEqual([]); // not consumed
    image.positions[0]?.set(2 * FRAME);
    const events = scene.elapse(300);
    expect(onlyEvent(events, 'ON_UNAVAILABLE_IMAGE')).toMatchObject({
      ...{ correlationId: image.spec.correlationId, subscriptionRegistrationId: registrationId, streamId: STREAM },
      channel: ENDPOINT,
    });
    expect(image.state.isClosing).toBe(true);
    expect(endOf(scene)).toBe(1);
    expect(scene.labelsOf(4)).toHaveLength(1); // its subscriber may still look at it
    scene.elapse(3500);
    expect(scene.labelsOf(4)).toHaveLength(0);
    expect(scene.labelsOf(3)).toHaveLength(0);
    expect(scene.driver.platform.files.list(`${scene.driver.directory}/images`)).toEqual([]);
    expect(scene.labelsOf(7)).toHaveLength(1);
  });

  it('waits for the last of the stream to arrive', () => {
    const scene = new NetworkScene();
    const { endpointId } = scene.subscription();
    const image = scene.activeImage(endpointId);
    scene.receive(image, FRAME, FRAME);
    image.state.endStream(2 * FRAME);
    image.positions[0]?.set(0);
    scene.elapse(2000);
    expect(image.state.isSendingEos).toBe(false);
    scene.receive(image, 0, FRAME);
    scene.driver.settle();
    expect(image.state.isSendingEos).toBe(true);
  });

  it('comes when the receiver has heard nothing for too long, even before it began', () => {
    for (const isActive of [true, false]) {
      const scene = new NetworkScene();
      const { endpointId } = scene.subscription();
      const image = isActive ? scene.activeImage(endpointId) : scene.image(endpointId);
      image.state.isDeactivated = true;
      expect(namesOf(scene.elapse(2000))).toEqual(['ON_UNAVAILABLE_IMAGE']);
      expect(endOf(scene)).toBe(1);
    }
  });

  it('comes at once when its publication was revoked', () => {
    const scene = new NetworkScene();
    const { endpointId } = scene.subscription();
    const image = scene.activeImage(endpointId);
    receiveTo(scene, image, 0, 2 * FRAME);
    image.state.isRevoked = true;
    expect(namesOf(scene.elapse(300))).toEqual(['ON_UNAVAILABLE_IMAGE']);
  });

  it('leaves the stream shut to those who do not want to come back', () => {
    const scene = new NetworkScene();
    const { endpointId } = scene.subscription(`${ENDPOINT}|rejoin=false`);
    const image = scene.activeImage(endpointId);
    image.state.isRevoked = true;
    scene.elapse(300);
    expect(endOf(scene)).toBe(0);
  });

  it('comes with its last subscriber, and the end point closes with the last image', () => {
    const scene = new NetworkScene({ imageLivenessTimeoutNs: '2s' });
    const { endpointId, registrationId } = scene.subscription();
    const image = scene.activeImage(endpointId);
    scene.remove('SUBSCRIPTION', registrationId);
    expect(scene.agents.last('remove-interest')).toMatchObject({ endpointId, streamId: STREAM });
    expect(scene.agents.of('close-receive-endpoint')).toHaveLength(0);
    image.state.isDeactivated = true; // as the receiver does without interest
    scene.elapse(2500);
    expect(scene.agents.of('close-receive-endpoint')).toHaveLength(1);
    scene.elapse(500);
    expect(scene.labels()).toEqual([`client-heartbeat: id=${CLIENT}`]);
  });

  it('leaves its session shut while another image of it is still read', () => {
    const scene = new NetworkScene({ imageLivenessTimeoutNs: '1s' });
    const first = scene.subscription();
    scene.subscription(`${ENDPOINT}|session-id=1`); // keeps the end point
    const old = scene.activeImage(first.endpointId);
    scene.remove('SUBSCRIPTION', first.registrationId);
    const second = scene.subscription();
    const image = scene.activeImage(second.endpointId);
    receiveTo(scene, image, 0, 2 * FRAME);
    scene.driver.settle();
    old.state.isDeactivated = true;
    image.state.isDeactivated = true;
    expect(scene.elapse(2000)).toEqual([]);
    expect(endOf(scene)).toBe(0);
    image.positions[0]?.set(2 * FRAME);
    expect(namesOf(scene.elapse(2000))).toEqual(['ON_UNAVAILABLE_IMAGE']);
    expect(endOf(scene)).toBe(1);
  });

  it('keeps log and counters until the receiver has let go of them', () => {
    const scene = new NetworkScene({ imageLivenessTimeoutNs: '1s' });
    const { endpointId } = scene.subscription();
    const image = scene.activeImage(endpointId);
    scene.agents.isAnswering = false;
    image.state.isRevoked = true;
    scene.elapse(5000);
    expect(scene.labelsOf(3)).toHaveLength(1);
    scene.agents.fromReceiver({ kind: 'image-released', correlationId: image.spec.correlationId });
    scene.elapse(300);
    expect(scene.labelsOf(3)).toHaveLength(0);
  });
});

describe('subscribers that lag behind', () => {
  const CHANNEL = `${ENDPOINT}|tether=false|untethered-window-limit-timeout=1s|untethered-linger-timeout=500ms|untethered-resting-timeout=1s`;

  it('are left behind where they are not tethered, rest, and may come back', () => {
    const scene = new NetworkScene();
    const { endpointId } = scene.subscription(CHANNEL);
    scene.subscription();
    const image = scene.activeImage(endpointId);
    const [slow, fast] = image.positions;
    const toldOf: string[] = [];
    let position = 0;
    let limit = 0;
    const stream = (durationMs: number): void => {
      const events = scene.elapse(durationMs, () => {
        if (position - limit < WINDOW - FRAME) {
          position = scene.receive(image, position, FRAME);
        }
        fast?.set(position);
        limit = Math.max(limit, scheduled(image).position);
      });
      toldOf.push(...namesOf(events));
    };
    stream(3000);
    expect(toldOf).toEqual(['ON_UNAVAILABLE_IMAGE']);
    expect(slow?.get()).toBe(0);
    expect(scheduled(image).position).toBeGreaterThan(0);
    stream(3000);
    expect(toldOf.slice(0, 2)).toEqual(['ON_UNAVAILABLE_IMAGE', 'ON_AVAILABLE_IMAGE']);
    expect(scene.errors).toEqual([]);
  });

  it('are let go for good where they do not want to come back', () => {
    const scene = new NetworkScene();
    const { endpointId } = scene.subscription(`${CHANNEL}|rejoin=false`);
    const tethered = scene.subscription(`${ENDPOINT}|rejoin=false`);
    expect(tethered.endpointId).toBe(endpointId);
    const image = scene.activeImage(endpointId);
    receiveTo(scene, image, 0, WINDOW);
    image.positions[1]?.set(WINDOW);
    scene.driver.settle();
    expect(namesOf(scene.elapse(6000, () => scene.receive(image, 0, FRAME)))).toEqual(['ON_UNAVAILABLE_IMAGE']);
    expect(scene.labelsOf(4)).toHaveLength(1);
  });

  it('keep no stream from its end once they were left behind', () => {
    const scene = new NetworkScene();
    const { endpointId } = scene.subscription(CHANNEL.replace('linger-timeout=500ms', 'linger-timeout=2s'));
    const image = scene.activeImage(endpointId);
    receiveTo(scene, image, 0, WINDOW);
    scene.subscription();
    const [, second] = scene.labelsOf(4).map((label) => Number(label.split(' ')[1]));
    scene.counter(scene.driver.counters.findByTypeIdAndRegistrationId(4, second ?? -1)).set(WINDOW);
    expect(namesOf(scene.elapse(1500, () => scene.receive(image, 0, FRAME)))).toEqual(['ON_UNAVAILABLE_IMAGE']);
    image.state.isDeactivated = true;
    expect(namesOf(scene.elapse(3000))).toContain('ON_UNAVAILABLE_IMAGE');
    expect(image.state.isClosing).toBe(true);
  });

  it('say nothing together: the stream stands still when all of them rest', () => {
    const scene = new NetworkScene();
    const { endpointId } = scene.subscription(CHANNEL.replace('resting-timeout=1s', 'resting-timeout=60s'));
    scene.subscription(CHANNEL.replace('resting-timeout=1s', 'resting-timeout=60s'));
    const image = scene.activeImage(endpointId);
    receiveTo(scene, image, 0, WINDOW);
    image.positions[0]?.set(WINDOW);
    scene.driver.settle();
    scene.elapse(3000);
    const before = scheduled(image);
    scene.elapse(3000);
    expect(scheduled(image)).toEqual(before);
    expect(image.state.isDeactivated).toBe(false);
  });
});

describe('an image that a client rejects', () => {
  it('is given to the receiver with the reason', () => {
    const scene = new NetworkScene();
    const { endpointId } = scene.subscription();
    const { spec } = scene.activeImage(endpointId);
    const { correlationId } = spec;
    const fields = { clientId: CLIENT, imageCorrelationId: correlationId, position: 0, reason: 'not this one' };
    expect(namesOf(scene.driver.run('REJECT_IMAGE', fields))).toEqual(['ON_OPERATION_SUCCESS']);
    expect(scene.agents.last('reject-image')).toEqual({
      kind: 'reject-image',
      correlationId,
      reason: 'not this one',
    });
    const unknown = scene.driver.run('REJECT_IMAGE', { ...fields, imageCorrelationId: 99_999 });
    expect(onlyEvent(unknown, 'ON_ERROR')).toMatchObject({ errorCode: 11 });
  });
});
