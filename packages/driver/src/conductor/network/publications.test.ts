// SPDX-License-Identifier: Apache-2.0
import { endOfStreamPosition, isConnected, readLogParameters } from '@aeron/codecs/internal';
import { INT64_MAX_AS_NUMBER } from '@aeron/core/internal';
import { FEW_STREAMS, LOOKS_BEFORE_REST, MANY_TURNS } from '../../agents/resting-turns.ts';
import { onlyEvent } from '../../testing/conductor-harness.ts';
import {
  CLIENT,
  ENDPOINT,
  NetworkScene,
  namesOf,
  refusal,
  type ScenePublication,
  STREAM,
  TERM_LENGTH,
} from '../../testing/network-scene.ts';

const WINDOW = TERM_LENGTH / 2;

/** As the sender reports receivers. */
function connect({ state }: ScenePublication, isConnected = true): void {
  state.hasReceivers = isConnected;
  state.hasRequiredReceivers = isConnected;
}

describe('of many publications that rest', () => {
  it('the conductor follows at once the one that the sender calls about, and the others in turn', () => {
    const scene = new NetworkScene();
    const all = Array.from({ length: FEW_STREAMS + 6 }, (_, i) =>
      scene.publication(ENDPOINT, { streamId: STREAM + i }),
    );
    for (const publication of all) {
      connect(publication);
    }
    for (let i = 0; i < LOOKS_BEFORE_REST + MANY_TURNS; i++) {
      scene.driver.conductor.doWork();
    }
    const follows = (publication: ScenePublication): boolean =>
      publication.publisherLimit.get() === publication.senderPosition.get() + WINDOW;
    const advance = (publication: ScenePublication): void =>
      publication.senderPosition.set(publication.senderPosition.get() + 64);
    expect(all.every(follows)).toBe(true);
    const called = all.filter((_, index) => index % 2 === 0);
    const others = all.filter((_, index) => index % 2 === 1);
    all.forEach(advance);
    for (const { state } of called) {
      state.callConductor();
    }
    scene.driver.conductor.doWork();
    expect(called.every(follows)).toBe(true);
    expect(others.filter(follows).length).toBeLessThanOrEqual(2);
    for (let i = 0; i < MANY_TURNS; i++) {
      scene.driver.conductor.doWork();
    }
    expect(all.every(follows)).toBe(true);
  });
});

describe('adding a network publication', () => {
  it('opens sockets, makes log and counters in the order of the reference, tells the sender, then the client', () => {
    const scene = new NetworkScene();
    const events = scene.addPublication();
    expect(namesOf(events)).toEqual(['ON_COUNTER_READY', 'ON_PUBLICATION_READY']);
    expect(scene.agents.commands.map(({ kind }) => kind)).toEqual(['open-send-endpoint', 'add-publication']);
    const event = onlyEvent(events, 'ON_PUBLICATION_READY');
    const stream = `${event['registrationId']} ${event['sessionId']} ${STREAM} ${ENDPOINT}`;
    const status = Number(event['channelStatusCounterId']);
    const [sockets, heartbeat, ...ofStream] = [
      scene.labels().slice(0, 2),
      scene.labels()[2],
      ...scene.labels().slice(3),
    ];
    expect(sockets?.[0]).toMatch(/^snd-channel: aeron:udp\?endpoint=127\.0\.0\.1:40123 (127\.0\.0\.1|0\.0\.0\.0):\d+$/);
    expect(sockets?.[1]).toMatch(new RegExp(`^snd-local-sockaddr: ${status} [0-9.]+:\\d+$`));
    expect(heartbeat).toBe(`client-heartbeat: id=${CLIENT}`);
    expect(ofStream).toEqual([
      `pub-pos (concurrent): ${stream}`,
      `pub-lmt: ${stream}`,
      `snd-pos: ${stream}`,
      `snd-lmt: ${stream}`,
      `snd-bpe: ${stream}`,
      `snd-naks-received: ${stream}`,
    ]);
    expect(scene.driver.counterValue(status)).toBe(1);
    expect(scene.errors).toEqual([]);
  });

  it('counts receivers and destinations of a channel that has several', () => {
    const scene = new NetworkScene();
    scene.exclusivePublication('aeron:udp?control=127.0.0.1:40200|control-mode=dynamic|fc=min,g:/2');
    expect(scene.labels().map((label) => label.split(':')[0])).toEqual([
      'snd-channel',
      'snd-local-sockaddr',
      'mdc-num-dest',
      'client-heartbeat',
      'fc-receivers',
      'pub-pos (exclusive)',
      'pub-lmt',
      'snd-pos',
      'snd-lmt',
      'snd-bpe',
      'snd-naks-received',
    ]);
    const { publication } = scene.agents.last('add-publication');
    expect(publication).toMatchObject({ flowControl: 'min,g:/2', isMulticastSemantics: true });
    expect(publication.flowControlReceiversCounterId).toBeGreaterThan(0);
  });

  it('writes all that is known of the stream into its log', () => {
    const scene = new NetworkScene({ socketSendBufferLength: '96k', socketReceiveBufferLength: '160k' });
    const channel =
      'aeron:udp?endpoint=224.20.30.39:40456|interface=127.0.0.1|term-length=128k|mtu=4k|pub-wnd=32k|linger=7s|eos=false' +
      '|ssc=true|max-resend=5|tags=1,2|sparse=false|session-id=99|init-term-id=3|term-id=5|term-offset=64' +
      '|untethered-window-limit-timeout=1s|untethered-linger-timeout=2s|untethered-resting-timeout=3s';
    const { log, correlationId, senderPosition, publisherLimit, spec } = scene.exclusivePublication(channel);
    expect(readLogParameters(log.metadata)).toMatchObject({
      ...{ type: 1, correlationId, sessionId: 99, streamId: STREAM, termLength: 128 * 1024, mtuLength: 4096 },
      ...{ initialTermId: 3, termOffset: 64, publicationWindowLength: 32 * 1024 },
      ...{ socketSndbufLength: 96 * 1024, socketRcvbufLength: 160 * 1024 },
      ...{ osDefaultSocketSndbufLength: 212_992, osMaxSocketRcvbufLength: 425_984 },
      ...{ lingerTimeoutNs: 7e9, maxResend: 5, entityTag: 2n, group: true, signalEos: false, sparse: false },
      ...{ spiesSimulateConnection: true, isResponse: false },
      ...{ untetheredWindowLimitTimeoutNs: 1e9, untetheredLingerTimeoutNs: 2e9, untetheredRestingTimeoutNs: 3e9 },
    });
    const start = 2 * 128 * 1024 + 64;
    expect(senderPosition.get()).toBe(start);
    expect(publisherLimit.get()).toBe(start);
    expect(spec).toMatchObject({ signalEos: false, maxResend: 5, startTermId: 5, startTermOffset: 64 });
  });

  it('joins the publication of the same stream, and no exclusive one nor another end point', () => {
    const scene = new NetworkScene();
    const first = scene.publication();
    const joined = scene.publication(`${ENDPOINT}|mtu=1408|term-length=64k`);
    expect(joined.registrationId).toBe(first.registrationId);
    const others = [
      scene.exclusivePublication(),
      scene.publication('aeron:udp?endpoint=127.0.0.1:40124'),
      scene.publication('aeron:udp?endpoint=localhost:40123'),
      scene.publication(ENDPOINT, { streamId: STREAM + 1 }),
    ];
    expect(new Set(others.map(({ registrationId }) => registrationId)).size).toBe(4);
    expect(scene.agents.of('open-send-endpoint')).toHaveLength(3);
    expect(others[0]?.spec.endpointId).toBe(first.spec.endpointId);
  });

  const CONFLICTS: readonly [channel: string, errorCode: number, message: RegExp][] = [
    [`${ENDPOINT}|mtu=4k`, 11, /mtu/],
    [`${ENDPOINT}|term-length=128k`, 11, /term/],
    [`${ENDPOINT}|session-id=5`, 11, /session/],
    [`${ENDPOINT}|init-term-id=1|term-id=1|term-offset=0`, 11, /term/],
    [`${ENDPOINT}|ssc=true`, 11, /spiesSimulateConnection/],
    [`${ENDPOINT}|so-sndbuf=64k`, 1, /so-sndbuf/],
    [`${ENDPOINT}|so-rcvbuf=64k`, 1, /so-rcvbuf/],
    [`${ENDPOINT}|channel-snd-ts-offset=0`, 1, /channel-snd-ts-offset/],
    ['aeron:udp?endpoint=127.0.0.1:0', 11, /port=0/],
    ['aeron:udp?control=127.0.0.1:40200', 11, /control/],
    ['aeron:udp?control-mode=dynamic|endpoint=127.0.0.1:40123', 1, /control/],
    ['aeron:udp?control-mode=response|control=127.0.0.1:40200', 11, /response-correlation-id/],
    ['aeron:udp?control-mode=response|control=127.0.0.1:40200|response-correlation-id=5', 11, /not found/],
    [`${ENDPOINT}|response-correlation-id=12345`, 11, /response subscription/],
    [`${ENDPOINT}|fc=min`, 11, /unicast flow control/],
    ['aeron:udp?endpoint=224.20.30.39:40456|interface=127.0.0.1|fc=best', 11, /fc=best/],
    ['aeron:udp?endpoint=127.0.0.1:40177|mtu=59968|term-length=1m|so-sndbuf=32k', 11, /SO_SNDBUF/],
    ['aeron:udp', 1, /endpoint/],
    ['aeron:udp?tags=77', 1, /tag/],
    ['aeron:udp?endpoint=nowhere:40123', 1, /nowhere/],
  ];

  it.each(CONFLICTS)('refuses %s', (channel, errorCode, message) => {
    const scene = new NetworkScene();
    scene.publication(`${ENDPOINT}|session-id=4`);
    const before = scene.labels();
    const answer = refusal(scene.addPublication(channel));
    expect(answer.errorCode).toBe(errorCode);
    expect(answer.message).toMatch(message);
    expect(scene.labels()).toEqual(before);
    expect(scene.driver.logFiles()).toHaveLength(1);
    expect(scene.errors).toHaveLength(1);
  });

  it('refuses a session that is in use, until it has lingered', () => {
    const scene = new NetworkScene();
    const channel = `${ENDPOINT}|session-id=4|linger=1s`;
    const first = scene.exclusivePublication(channel);
    expect(refusal(scene.addExclusivePublication(channel))).toMatchObject({
      errorCode: 1,
      message: expect.stringContaining('sessionId=4'),
    });
    scene.exclusivePublication(`aeron:udp?endpoint=127.0.0.1:40124|session-id=4`);
    scene.exclusivePublication(channel, { streamId: STREAM + 1 });
    scene.remove('PUBLICATION', first.registrationId);
    scene.elapse(500);
    expect(refusal(scene.addExclusivePublication(channel)).errorCode).toBe(1);
    scene.elapse(1000);
    scene.exclusivePublication(channel);
  });

  it('reports what the operating system refuses, and gives everything back', () => {
    const scene = new NetworkScene();
    scene.agents.isAnswering = false;
    scene.driver.send('ADD_PUBLICATION', { clientId: CLIENT, streamId: STREAM, channel: ENDPOINT });
    scene.passes();
    const { endpointId } = scene.agents.last('open-send-endpoint');
    scene.agents.fromSender({
      ...{ kind: 'endpoint-failed', endpointId, destinationId: -1 },
      ...{ message: 'address in use', osCode: 'EADDRINUSE' },
    });
    scene.driver.settle();
    const { errorCode, message } = refusal(scene.driver.events());
    expect(errorCode).toBe(11);
    expect(message).toContain('address in use');
    expect(message).toContain(ENDPOINT);
    expect(scene.labels()).toEqual([]);
    expect(scene.driver.logFiles()).toEqual([]);
    scene.agents.isAnswering = true;
    scene.publication();
  });

  it('goes without a trace when there is no counter left', () => {
    const needed = 8;
    const scene = new NetworkScene({}, 46 + needed);
    const { errorCode } = refusal(scene.addPublication());
    expect(errorCode).toBe(11);
    scene.elapse(2000);
    expect(scene.labels()).toEqual([`client-heartbeat: id=${CLIENT}`]);
    expect(scene.driver.logFiles()).toEqual([]);
    expect(scene.agents.of('close-send-endpoint')).toHaveLength(1);
  });

  it('finds an end point by its tag, and refuses a tag that means something else', () => {
    const scene = new NetworkScene();
    const first = scene.publication(`${ENDPOINT}|tags=1`);
    const second = scene.exclusivePublication('aeron:udp?tags=1');
    expect(second.spec.endpointId).toBe(first.spec.endpointId);
    for (const clash of [
      'aeron:udp?endpoint=127.0.0.1:40199|tags=1',
      `${ENDPOINT}|tags=1|control-mode=dynamic|control=127.0.0.1:40200`,
    ]) {
      expect(refusal(scene.addExclusivePublication(clash))).toMatchObject({
        errorCode: 11,
        message: expect.stringContaining('tag'),
      });
    }
  });

  it('copies the session of the publication with that entity tag', () => {
    const scene = new NetworkScene();
    const first = scene.publication(`${ENDPOINT}|tags=1,20|mtu=2k|term-length=128k`);
    const other = 'aeron:udp?endpoint=127.0.0.1:40124|session-id=tag:20';
    expect(scene.publication(other).spec).toMatchObject({
      ...{ sessionId: first.sessionId, mtuLength: 2048, termLength: 128 * 1024 },
    });
    expect(refusal(scene.addPublication(`${ENDPOINT}|tags=5,20`)).errorCode).toBe(1);
    expect(refusal(scene.addPublication(`${ENDPOINT}|session-id=tag:21`)).errorCode).toBe(1);
  });

  it('waits for no end point that closes: a client may try again', () => {
    const scene = new NetworkScene();
    const { registrationId, spec } = scene.publication(`${ENDPOINT}|linger=0`);
    scene.agents.isAnswering = false;
    scene.remove('PUBLICATION', registrationId);
    scene.elapse(500);
    scene.agents.fromSender({ kind: 'publication-released', registrationId });
    scene.elapse(200);
    expect(scene.agents.of('close-send-endpoint')).toHaveLength(1);
    expect(scene.labelsOf(6)).toHaveLength(1);
    expect(refusal(scene.addPublication()).errorCode).toBe(10);
    expect(scene.errors).toEqual([]); // it is no error of anyone
    scene.agents.fromSender({ kind: 'endpoint-closed', endpointId: spec.endpointId });
    scene.agents.isAnswering = true;
    scene.driver.settle();
    expect(scene.labelsOf(6)).toHaveLength(0);
    expect(scene.publication().spec.endpointId).not.toBe(spec.endpointId);
  });
});

describe('a network publication', () => {
  it('may be written to while receivers are there, a window ahead of the sender', () => {
    const scene = new NetworkScene();
    const publication = scene.publication();
    expect(publication.publisherLimit.get()).toBe(0);
    connect(publication);
    scene.driver.settle();
    expect(publication.publisherLimit.get()).toBe(WINDOW);
    expect(isConnected(publication.log.metadata)).toBe(true);
    scene.driver.publish(publication.logFileName, 8192);
    publication.senderPosition.set(8192);
    scene.driver.settle();
    expect(publication.publisherLimit.get()).toBe(8192 + WINDOW);
    const position = scene.labelsOf(12)[0];
    expect(position).toContain('pub-pos');
    connect(publication, false);
    scene.driver.settle();
    expect(publication.publisherLimit.get()).toBe(8192);
    expect(isConnected(publication.log.metadata)).toBe(false);
  });

  it('is not connected without the receivers that flow control asks for', () => {
    const scene = new NetworkScene();
    const publication = scene.publication();
    publication.state.hasReceivers = true;
    scene.driver.settle();
    expect(isConnected(publication.log.metadata)).toBe(false);
    expect(publication.publisherLimit.get()).toBe(0);
  });

  it('never lets the publisher into a term that is not zero, however far the sender jumps', () => {
    const scene = new NetworkScene();
    const publication = scene.publication();
    connect(publication);
    scene.driver.settle();
    const { terms } = publication.log;
    for (const end of [1, 2, 3, 4, 5, 6, 7, 8]) {
      scene.driver.publish(publication.logFileName, (end * TERM_LENGTH) / 2);
      const sent = (end * TERM_LENGTH) / 2;
      publication.senderPosition.set(sent);
      for (let pass = 0; pass < 4; pass++) {
        scene.driver.conductor.doWork();
        const limit = publication.publisherLimit.get();
        const from = Math.max(sent, limit - WINDOW);
        for (let position = from; position < limit; position += 4096) {
          const term = terms[Math.floor(position / TERM_LENGTH) % 3];
          expect(term?.getInt32(position % TERM_LENGTH)).toBe(0);
        }
      }
      expect(publication.publisherLimit.get()).toBe(sent + WINDOW);
    }
  });

  it('frees a publisher that is stuck, and not an exclusive one', () => {
    const scene = new NetworkScene({ publicationUnblockTimeoutNs: '11s' });
    for (const publication of [scene.publication(), scene.exclusivePublication()]) {
      connect(publication);
      scene.driver.settle();
      scene.driver.publish(publication.logFileName, 1024);
      publication.senderPosition.set(1024);
      // A claim that was never committed.
      publication.log.metadata.getAndAddInt32(0, 256);
      publication.log.terms[0]?.putInt32(1024, -256);
    }
    const unblocked = scene.driver.systemCounters.get('UNBLOCKED_PUBLICATIONS');
    scene.elapse(10_000);
    expect(unblocked.get()).toBe(0);
    scene.elapse(3000);
    expect(unblocked.get()).toBe(1);
  });

  it('frees a publisher that died and left, while it drains', () => {
    const scene = new NetworkScene();
    const publication = scene.publication();
    connect(publication);
    scene.driver.settle();
    publication.log.metadata.getAndAddInt32(0, 256);
    publication.log.terms[0]?.putInt32(0, -256); // a claim that was never committed
    scene.remove('PUBLICATION', publication.registrationId);
    scene.elapse(200);
    expect(scene.driver.systemCounters.get('UNBLOCKED_PUBLICATIONS').get()).toBe(1);
    expect(publication.log.terms[0]?.getInt32(0)).toBe(256);
  });

  it('drains what its last publisher left, lingers, and ends when the sender has let go', () => {
    const scene = new NetworkScene({ publicationLingerTimeoutNs: '1s' });
    const publication = scene.publication();
    connect(publication);
    scene.driver.settle();
    scene.driver.publish(publication.logFileName, 2048);
    scene.agents.isAnswering = false;
    scene.remove('PUBLICATION', publication.registrationId);
    expect(endOfStreamPosition(publication.log.metadata)).toBe(2048);
    expect(publication.publisherLimit.get()).toBe(2048);
    scene.elapse(1000);
    expect(publication.state.isEndOfStream).toBe(false); // the sender is behind
    publication.senderPosition.set(2048);
    scene.elapse(200);
    expect(publication.state.isEndOfStream).toBe(true);
    expect(scene.agents.of('remove-publication')).toHaveLength(0);
    scene.elapse(1200);
    expect(scene.agents.of('remove-publication')).toHaveLength(1);
    scene.elapse(1000);
    expect(scene.labelsOf(1)).toHaveLength(1); // the sender may use its counters still
    expect(scene.driver.logFiles()).toHaveLength(1);
    scene.agents.fromSender({ kind: 'publication-released', registrationId: publication.registrationId });
    scene.elapse(200);
    expect(scene.labelsOf(1)).toHaveLength(0);
    expect(scene.driver.logFiles()).toEqual([]);
  });

  it('does not wait for a sender that reaches nobody', () => {
    const scene = new NetworkScene({ publicationLingerTimeoutNs: '1s' });
    const publication = scene.publication();
    connect(publication);
    scene.driver.settle();
    scene.driver.publish(publication.logFileName, 2048);
    scene.remove('PUBLICATION', publication.registrationId);
    connect(publication, false);
    scene.elapse(1500);
    expect(scene.labelsOf(1)).toHaveLength(0);
  });

  it('ends without lingering when the only receiver has confirmed the end', () => {
    const scene = new NetworkScene({ publicationLingerTimeoutNs: '60s' });
    const publication = scene.publication();
    scene.remove('PUBLICATION', publication.registrationId);
    scene.elapse(500);
    expect(scene.labelsOf(1)).toHaveLength(1);
    publication.state.hasUnicastEos = true;
    scene.elapse(300);
    expect(scene.labelsOf(1)).toHaveLength(0);
  });

  it('stays while another publisher holds it', () => {
    const scene = new NetworkScene({ publicationLingerTimeoutNs: '0' });
    const first = scene.publication();
    const second = scene.publication();
    scene.remove('PUBLICATION', first.correlationId);
    scene.elapse(1000);
    expect(first.state.isEndOfStream).toBe(false);
    expect(endOfStreamPosition(first.log.metadata)).toBe(INT64_MAX_AS_NUMBER);
    scene.remove('PUBLICATION', second.correlationId);
    scene.elapse(1000);
    expect(scene.labelsOf(1)).toHaveLength(0);
    expect(scene.agents.of('close-send-endpoint')).toHaveLength(1);
  });

  it('ends here and now when it is revoked', () => {
    const scene = new NetworkScene({ publicationLingerTimeoutNs: '60s' });
    const publication = scene.exclusivePublication();
    connect(publication);
    scene.driver.settle();
    scene.driver.publish(publication.logFileName, 4096);
    scene.driver.run('REMOVE_PUBLICATION', {
      ...{ clientId: CLIENT, registrationId: publication.registrationId, flags: 1 },
    });
    scene.elapse(200);
    expect(publication.state.isRevoked).toBe(true);
    expect(publication.state.isEndOfStream).toBe(true);
    expect(isConnected(publication.log.metadata)).toBe(false);
    expect(endOfStreamPosition(publication.log.metadata)).toBe(4096);
    expect(scene.driver.systemCounters.get('PUBLICATIONS_REVOKED').get()).toBe(1);
    expect(scene.labelsOf(1)).toHaveLength(1);
  });

  it('that is revoked tells the others who hold it where it ends', () => {
    const scene = new NetworkScene();
    const publication = scene.publication();
    scene.publication(); // holds it too
    connect(publication);
    scene.driver.settle();
    scene.driver.publish(publication.logFileName, 4096);
    scene.driver.run('REMOVE_PUBLICATION', {
      ...{ clientId: CLIENT, registrationId: publication.correlationId, flags: 1 },
    });
    expect(endOfStreamPosition(publication.log.metadata)).toBe(INT64_MAX_AS_NUMBER);
    scene.elapse(200);
    expect(endOfStreamPosition(publication.log.metadata)).toBe(4096);
  });

  it('whose log makes no sense ends, and no other does', () => {
    const scene = new NetworkScene();
    const [broken, sound] = [scene.publication(), scene.exclusivePublication()];
    for (const publication of [broken, sound]) {
      connect(publication);
    }
    scene.driver.settle();
    broken.log.metadata.putInt32(24, -7); // number of the active term
    scene.driver.settle();
    scene.elapse(300);
    expect(broken.state.isEndOfStream).toBe(true);
    expect(isConnected(broken.log.metadata)).toBe(false);
    expect(scene.errors.length).toBeGreaterThan(0);
    sound.senderPosition.set(1024);
    scene.driver.settle();
    expect(sound.publisherLimit.get()).toBe(1024 + WINDOW);
  });

  it('is told of the error that a receiver reports, and so are its clients', () => {
    const scene = new NetworkScene();
    const { registrationId, sessionId } = scene.publication();
    scene.agents.fromSender({
      ...{ kind: 'publication-error', registrationId, destinationId: 17, sessionId, streamId: STREAM },
      ...{ receiverId: -5n, groupTag: 8n, errorCode: 13, message: 'not wanted' },
      sourceAddress: { family: 'IPv4', address: '10.0.0.7', port: 999 },
    });
    scene.driver.settle();
    expect(onlyEvent(scene.driver.events(), 'ON_PUBLICATION_ERROR')).toMatchObject({
      ...{ registrationId, destinationRegistrationId: 17, sessionId, streamId: STREAM },
      ...{ receiverId: -5n, groupTag: 8n, errorCode: 13, sourcePort: 999 },
    });
    expect(scene.errors).toEqual([expect.stringContaining('errorMessage=not wanted')]);
  });

  it('ends with its client', () => {
    const scene = new NetworkScene({ publicationLingerTimeoutNs: '1s', clientLivenessTimeoutNs: '2s' });
    scene.publication();
    scene.driver.elapse(6000);
    expect(scene.labels()).toEqual([]);
    expect(scene.driver.logFiles()).toEqual([]);
  });
});
