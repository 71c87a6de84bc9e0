// SPDX-License-Identifier: Apache-2.0
import { ErrorCode, isConnected, readLogParameters } from '@aeron/codecs/internal';
import { ConductorHarness, onlyEvent, type ReceivedEvent } from '../testing/conductor-harness.ts';

const CLIENT = 500;
const OTHER_CLIENT = 501;
const STREAM = 1001;
const IPC = 'aeron:ipc';

const names = (events: readonly ReceivedEvent[]) => events.map((event) => event.name);

function addPublication(driver: ConductorHarness, channel = IPC, fields: Record<string, unknown> = {}) {
  return driver.run('ADD_PUBLICATION', { clientId: CLIENT, streamId: STREAM, channel, ...fields });
}

function addExclusive(driver: ConductorHarness, channel = IPC, fields: Record<string, unknown> = {}) {
  return driver.run('ADD_EXCLUSIVE_PUBLICATION', { clientId: CLIENT, streamId: STREAM, channel, ...fields });
}

function addSubscription(driver: ConductorHarness, channel = IPC, fields: Record<string, unknown> = {}) {
  const base = { clientId: CLIENT, registrationCorrelationId: -1, streamId: STREAM, channel };
  return driver.run('ADD_SUBSCRIPTION', { ...base, ...fields });
}

function ready(events: readonly ReceivedEvent[], name = 'ON_PUBLICATION_READY') {
  return onlyEvent(events, name) as {
    readonly correlationId: number;
    readonly registrationId: number;
    readonly sessionId: number;
    readonly publicationLimitCounterId: number;
    readonly logFileName: string;
  };
}

function refusal(events: readonly ReceivedEvent[]) {
  const { errorCode, message } = onlyEvent(events, 'ON_ERROR') as { errorCode: number; message: string };
  return { errorCode, message };
}

/** Counters of a type, by registration id. */
function countersOf(driver: ConductorHarness, typeId: number): number[] {
  const found: number[] = [];
  driver.counters.forEachMetadata((counterId, type) => {
    if (type === typeId) {
      found.push(driver.counters.getCounterRegistrationId(counterId));
    }
  });
  return found;
}

describe('a new client', () => {
  it('is told of its heartbeat counter before the answer to its first command', () => {
    const driver = new ConductorHarness();
    const events = addPublication(driver);
    expect(names(events)).toEqual(['ON_COUNTER_READY', 'ON_PUBLICATION_READY']);
    const { correlationId, counterId } = onlyEvent(events, 'ON_COUNTER_READY') as Record<string, number>;
    expect(correlationId).toBe(CLIENT);
    expect(driver.counters.getCounterLabel(counterId as number)).toBe(`client-heartbeat: id=${CLIENT}`);
    expect(driver.counters.getCounterOwnerId(counterId as number)).toBe(CLIENT);
    expect(driver.counterValue(counterId as number)).toBe(driver.platform.clock.epochMs());
  });

  it('gets one heartbeat counter, whatever else it adds', () => {
    const driver = new ConductorHarness();
    addPublication(driver);
    addSubscription(driver);
    driver.run('ADD_COUNTER', { clientId: CLIENT, typeId: 1000, key: new Uint8Array(0), label: 'x' });
    expect(countersOf(driver, 11)).toEqual([CLIENT]);
  });

  it('wakes a conductor that was dormant, which is so again once nothing of the client is left', () => {
    const driver = new ConductorHarness();
    driver.elapse(3000);
    expect(driver.conductor.isDormant).toBe(true);
    addPublication(driver);
    expect(driver.conductor.isDormant).toBe(false);
    driver.send('CLIENT_CLOSE', { clientId: CLIENT, correlationId: -1 });
    driver.settle();
    expect(driver.conductor.isDormant).toBe(false);
    driver.elapse(10_000);
    expect(driver.conductor.isDormant).toBe(true);
  });

  it('is news to a conductor that rests, as are the time of a timer and what another agent says', () => {
    const driver = new ConductorHarness();
    driver.elapse(3000);
    driver.settle();
    expect(driver.conductor.hasNews()).toBe(false);
    driver.world.step(1_000_000_001);
    expect(driver.conductor.hasNews()).toBe(true);
    driver.conductor.doWork();
    expect(driver.conductor.hasNews()).toBe(false);
    driver.agents.fromSender({ kind: 'endpoint-closed', endpointId: 77 });
    expect(driver.conductor.hasNews()).toBe(true);
    driver.settle();
    expect(driver.conductor.hasNews()).toBe(false);
    driver.send('CLIENT_CLOSE', { clientId: CLIENT, correlationId: -1 });
    expect(driver.conductor.hasNews()).toBe(true);
  });

  it('leaves no trace when its first command is refused', () => {
    const driver = new ConductorHarness();
    expect(names(addPublication(driver, 'aeron:ipc?mtu=33'))).toEqual(['ON_ERROR']);
    expect(countersOf(driver, 11)).toEqual([]);
  });
});

describe('adding a publication', () => {
  it('creates its log, counters and session, and says where they are', () => {
    const driver = new ConductorHarness();
    const correlationId = driver.nextId();
    const event = ready(addPublication(driver, 'aeron:ipc?alias=a', { correlationId }));
    expect(event).toMatchObject({
      correlationId,
      registrationId: correlationId,
      streamId: STREAM,
      channelStatusCounterId: -1,
      logFileName: `${driver.directory}/publications/${correlationId}.logbuffer`,
    });
    const log = driver.mapLog(event.logFileName);
    expect(readLogParameters(log.metadata)).toMatchObject({
      type: 0,
      correlationId,
      sessionId: event.sessionId,
      streamId: STREAM,
      termLength: 64 * 1024,
      mtuLength: 1408,
      publicationWindowLength: 32 * 1024,
      lingerTimeoutNs: 5e9,
      signalEos: true,
      sparse: true,
    });
    const labels: string[] = [];
    driver.counters.forEach((_value, counterId, label) => {
      if (counterId > 45) {
        labels.push(label);
      }
    });
    const stream = `${correlationId} ${event.sessionId} ${STREAM} aeron:ipc?alias=a`;
    expect(labels).toEqual([`client-heartbeat: id=${CLIENT}`, `pub-pos (concurrent): ${stream}`, `pub-lmt: ${stream}`]);
    expect(driver.counters.getCounterTypeId(event.publicationLimitCounterId)).toBe(1);
    expect(driver.systemCounters.get('BYTES_CURRENTLY_MAPPED').get()).toBe(3 * 64 * 1024 + 4096);
  });

  it('shares a concurrent publication of the same stream', () => {
    const driver = new ConductorHarness();
    const first = ready(addPublication(driver));
    const second = ready(addPublication(driver, IPC, { clientId: OTHER_CLIENT }));
    expect(second.correlationId).not.toBe(first.correlationId);
    expect({ ...second, correlationId: 0 }).toEqual({ ...first, correlationId: 0 });
    expect(driver.logFiles()).toHaveLength(1);
  });

  it('never shares an exclusive publication, nor one of another stream', () => {
    const driver = new ConductorHarness();
    const sessions = [
      ready(addPublication(driver)),
      ready(addExclusive(driver), 'ON_EXCLUSIVE_PUBLICATION_READY'),
      ready(addExclusive(driver), 'ON_EXCLUSIVE_PUBLICATION_READY'),
      ready(addPublication(driver, IPC, { streamId: STREAM + 1 })),
    ].map((event) => event.sessionId);
    expect(new Set(sessions).size).toBe(4);
    expect(driver.logFiles()).toHaveLength(4);
  });

  it('starts at the position that the URI gives', () => {
    const driver = new ConductorHarness();
    const event = ready(addPublication(driver, 'aeron:ipc?init-term-id=5|term-id=7|term-offset=64'));
    const position = 2 * 64 * 1024 + 64;
    expect(driver.counterValue(event.publicationLimitCounterId)).toBe(position);
    const image = onlyEvent(addSubscription(driver), 'ON_AVAILABLE_IMAGE');
    expect(driver.counterValue(image['subscriberPositionId'] as number)).toBe(position);
    const label = driver.counters.getCounterLabel(image['subscriberPositionId'] as number);
    expect(label).toBe(
      `sub-pos: ${image['subscriptionRegistrationId']} ${event.sessionId} ${STREAM} aeron:ipc @131136`,
    );
  });

  it('refuses a session id that is in use on the stream, until it is free again', () => {
    const driver = new ConductorHarness();
    const { registrationId } = ready(addExclusive(driver, 'aeron:ipc?session-id=7'), 'ON_EXCLUSIVE_PUBLICATION_READY');
    expect(refusal(addExclusive(driver, 'aeron:ipc?session-id=7'))).toEqual({
      errorCode: ErrorCode.INVALID_CHANNEL,
      message: `existing publication has clashing sessionId=7 for streamId=${STREAM} channel=aeron:ipc?session-id=7`,
    });
    expect(names(addExclusive(driver, 'aeron:ipc?session-id=7', { streamId: 5 }))).toEqual([
      'ON_EXCLUSIVE_PUBLICATION_READY',
    ]);
    driver.run('REMOVE_PUBLICATION', { clientId: CLIENT, registrationId });
    driver.elapse(2000, () => driver.keepAlive(CLIENT));
    expect(names(addExclusive(driver, 'aeron:ipc?session-id=7'))).toContain('ON_EXCLUSIVE_PUBLICATION_READY');
  });

  it('refuses to join with other parameters than the publication has', () => {
    const driver = new ConductorHarness();
    addPublication(driver, 'aeron:ipc?mtu=4096');
    const { errorCode, message } = refusal(addPublication(driver, 'aeron:ipc?mtu=1408'));
    expect(errorCode).toBe(ErrorCode.GENERIC_ERROR);
    expect(message).toBe(
      "AeronError : existing publication has different 'mtu': existing=4096 requested=1408 " +
        'existingChannel=aeron:ipc?mtu=4096 channel=aeron:ipc?mtu=1408',
    );
    expect(names(addPublication(driver))).toEqual(['ON_PUBLICATION_READY']);
  });

  it('copies what a session tag refers to, and keeps tags unique', () => {
    const driver = new ConductorHarness();
    const tagged = ready(addExclusive(driver, 'aeron:ipc?tags=1,9|mtu=4096'), 'ON_EXCLUSIVE_PUBLICATION_READY');
    const events = addExclusive(driver, 'aeron:ipc?session-id=tag:9', { streamId: STREAM + 1 });
    const copy = ready(events, 'ON_EXCLUSIVE_PUBLICATION_READY');
    expect(copy.sessionId).toBe(tagged.sessionId);
    expect(driver.mapLog(copy.logFileName).mtuLength).toBe(4096);
    expect(refusal(addExclusive(driver, 'aeron:ipc?tags=2,9')).message).toContain('9 entityTag already in use');
  });

  it.each([
    ['a medium that only starts like IPC', 'aeron:ipcx?mtu=64'],
    ['not an Aeron URI', 'tcp://x'],
    ['an empty channel', ''],
  ])('refuses %s as an invalid channel', (_name, channel) => {
    const driver = new ConductorHarness();
    const { errorCode } = refusal(addPublication(driver, channel));
    expect(errorCode).toBe(ErrorCode.INVALID_CHANNEL);
  });

  it('says that there is no room on the disk, keeps nothing, and serves others afterwards', () => {
    const driver = new ConductorHarness();
    const volume = driver.host.disk.volumeOf(driver.directory);
    const { capacity } = volume;
    volume.capacity = volume.used + 1024;
    const { errorCode, message } = refusal(addPublication(driver));
    expect(errorCode).toBe(ErrorCode.STORAGE_SPACE);
    expect(message).toContain('insufficient usable storage');
    expect(driver.logFiles()).toEqual([]);
    volume.capacity = capacity;
    expect(names(addPublication(driver))).toContain('ON_PUBLICATION_READY');
  });

  it('gives everything back when counters run out half-way', () => {
    const driver = new ConductorHarness({ counterCount: 48 });
    const { errorCode } = refusal(addPublication(driver).filter(({ name }) => name === 'ON_ERROR'));
    expect(errorCode).toBe(ErrorCode.GENERIC_ERROR);
    driver.settle();
    expect(driver.logFiles()).toEqual([]);
    expect(driver.systemCounters.get('BYTES_CURRENTLY_MAPPED').get()).toBe(0);
    expect(countersOf(driver, 12)).toEqual([]);
  });

  it('reads no other command until the log is there', () => {
    const driver = new ConductorHarness();
    driver.send('ADD_PUBLICATION', { clientId: CLIENT, streamId: STREAM, channel: IPC });
    driver.send('ADD_SUBSCRIPTION', {
      clientId: CLIENT,
      registrationCorrelationId: -1,
      streamId: STREAM,
      channel: IPC,
    });
    for (let i = 0; i < 5; i++) {
      driver.conductor.doWork();
    }
    expect(driver.events()).toEqual([]);
    driver.settle();
    expect(names(driver.events())).toEqual([
      'ON_COUNTER_READY',
      'ON_PUBLICATION_READY',
      'ON_SUBSCRIPTION_READY',
      'ON_AVAILABLE_IMAGE',
    ]);
  });
});

describe('removing a publication', () => {
  it('frees log, counters and session after the stream has drained', () => {
    const driver = new ConductorHarness();
    const { registrationId } = ready(addPublication(driver));
    expect(names(driver.run('REMOVE_PUBLICATION', { clientId: CLIENT, registrationId }))).toEqual([
      'ON_OPERATION_SUCCESS',
    ]);
    driver.elapse(3000, () => driver.keepAlive(CLIENT));
    expect(driver.logFiles()).toEqual([]);
    expect([...countersOf(driver, 1), ...countersOf(driver, 12)]).toEqual([]);
    expect(driver.systemCounters.get('BYTES_CURRENTLY_MAPPED').get()).toBe(0);
  });

  it('leaves a shared one to those who still hold it', () => {
    const driver = new ConductorHarness();
    const first = ready(addPublication(driver));
    const second = ready(addPublication(driver));
    driver.run('REMOVE_PUBLICATION', { clientId: CLIENT, registrationId: first.correlationId });
    driver.elapse(3000, () => driver.keepAlive(CLIENT));
    expect(driver.logFiles()).toHaveLength(1);
    driver.run('REMOVE_PUBLICATION', { clientId: CLIENT, registrationId: second.correlationId });
    driver.elapse(3000, () => driver.keepAlive(CLIENT));
    expect(driver.logFiles()).toEqual([]);
  });

  it('makes a new one for a publisher that comes while the old one drains', () => {
    const driver = new ConductorHarness();
    const old = ready(addPublication(driver));
    driver.run('REMOVE_PUBLICATION', { clientId: CLIENT, registrationId: old.registrationId });
    const next = ready(addPublication(driver));
    expect(next.registrationId).toBe(next.correlationId);
    expect(next.sessionId).not.toBe(old.sessionId);
  });

  it('refuses one that is not there', () => {
    const driver = new ConductorHarness();
    expect(refusal(driver.run('REMOVE_PUBLICATION', { clientId: CLIENT, registrationId: 99 }))).toEqual({
      errorCode: ErrorCode.UNKNOWN_PUBLICATION,
      message: 'unknown publication: 99',
    });
  });

  it('revokes when the flag is set: subscribers lose the image at the next tick', () => {
    const driver = new ConductorHarness();
    const { registrationId } = ready(addPublication(driver));
    addSubscription(driver);
    driver.run('REMOVE_PUBLICATION', { clientId: CLIENT, registrationId, flags: 1 });
    driver.elapse(1250, () => driver.keepAlive(CLIENT));
    expect(onlyEvent(driver.events(), 'ON_UNAVAILABLE_IMAGE')).toMatchObject({
      correlationId: registrationId,
      streamId: STREAM,
      channel: IPC,
    });
    expect(driver.systemCounters.get('PUBLICATIONS_REVOKED').get()).toBe(1);
  });

  it('takes the shorter message of old clients, which has no flags', () => {
    const driver = new ConductorHarness();
    const { registrationId } = ready(addPublication(driver));
    driver.sendTruncated('REMOVE_PUBLICATION', { clientId: CLIENT, registrationId }, 24);
    driver.settle();
    expect(names(driver.events())).toEqual(['ON_OPERATION_SUCCESS']);
    driver.elapse(2000, () => driver.keepAlive(CLIENT));
    expect(driver.systemCounters.get('PUBLICATIONS_REVOKED').get()).toBe(0);
  });
});

describe('subscribing', () => {
  it('is answered first and gets the images of existing publications then', () => {
    const driver = new ConductorHarness();
    const publication = ready(addPublication(driver));
    const correlationId = driver.nextId();
    const events = addSubscription(driver, 'aeron:ipc?alias=s', { correlationId });
    expect(names(events)).toEqual(['ON_SUBSCRIPTION_READY', 'ON_AVAILABLE_IMAGE']);
    expect(onlyEvent(events, 'ON_SUBSCRIPTION_READY')).toEqual({ correlationId, channelStatusCounterId: -1 });
    const image = onlyEvent(events, 'ON_AVAILABLE_IMAGE');
    expect(image).toMatchObject({
      correlationId: publication.registrationId,
      sessionId: publication.sessionId,
      streamId: STREAM,
      subscriptionRegistrationId: correlationId,
      logFileName: publication.logFileName,
      sourceIdentity: IPC,
    });
    const counterId = image['subscriberPositionId'] as number;
    expect(driver.counters.getCounterReferenceId(counterId)).toBe(publication.registrationId);
    expect(driver.counters.getCounterRegistrationId(counterId)).toBe(correlationId);
    expect(isConnected(driver.mapLog(publication.logFileName).metadata)).toBe(true);
  });

  it('gets the image of a publication that is added later, after the publisher was answered', () => {
    const driver = new ConductorHarness();
    addSubscription(driver);
    expect(names(addPublication(driver))).toEqual(['ON_PUBLICATION_READY', 'ON_AVAILABLE_IMAGE']);
    expect(names(addPublication(driver))).toEqual(['ON_PUBLICATION_READY']);
  });

  it('opens the publisher limit by the window', () => {
    const driver = new ConductorHarness();
    const { publicationLimitCounterId } = ready(addPublication(driver));
    expect(driver.counterValue(publicationLimitCounterId)).toBe(0);
    addSubscription(driver);
    expect(driver.counterValue(publicationLimitCounterId)).toBe(32 * 1024);
  });

  it('to one session gets that one only', () => {
    const driver = new ConductorHarness();
    addSubscription(driver, 'aeron:ipc?session-id=7');
    expect(names(addExclusive(driver, 'aeron:ipc?session-id=8'))).toEqual(['ON_EXCLUSIVE_PUBLICATION_READY']);
    expect(names(addExclusive(driver, 'aeron:ipc?session-id=7'))).toEqual([
      'ON_EXCLUSIVE_PUBLICATION_READY',
      'ON_AVAILABLE_IMAGE',
    ]);
  });

  it('to another stream gets nothing', () => {
    const driver = new ConductorHarness();
    addPublication(driver);
    expect(names(addSubscription(driver, IPC, { streamId: 5 }))).toEqual(['ON_SUBSCRIPTION_READY']);
  });

  it('ends with its positions freed and the publication disconnected', () => {
    const driver = new ConductorHarness();
    const publication = ready(addPublication(driver));
    const { correlationId } = onlyEvent(addSubscription(driver), 'ON_SUBSCRIPTION_READY');
    expect(names(driver.run('REMOVE_SUBSCRIPTION', { clientId: CLIENT, registrationId: correlationId }))).toEqual([
      'ON_OPERATION_SUCCESS',
    ]);
    expect(countersOf(driver, 4)).toEqual([]);
    expect(isConnected(driver.mapLog(publication.logFileName).metadata)).toBe(false);
  });

  it('refuses to remove one that is not there', () => {
    const driver = new ConductorHarness();
    expect(refusal(driver.run('REMOVE_SUBSCRIPTION', { clientId: CLIENT, registrationId: 99 }))).toEqual({
      errorCode: ErrorCode.UNKNOWN_SUBSCRIPTION,
      message: 'unknown subscription: 99',
    });
  });

  it('refuses a URI that does not parse, with the parameter at fault', () => {
    const driver = new ConductorHarness();
    const { errorCode, message } = refusal(addSubscription(driver, 'aeron:ipc?session-id=x'));
    expect(errorCode).toBe(ErrorCode.INVALID_CHANNEL);
    expect(message).toContain('invalid session-id=x');
  });

  it('for responses waits for its session and gets only that', () => {
    const driver = new ConductorHarness();
    const { correlationId } = onlyEvent(
      addSubscription(driver, 'aeron:ipc?control-mode=response'),
      'ON_SUBSCRIPTION_READY',
    );
    const request = ready(
      addExclusive(driver, `aeron:ipc?response-correlation-id=${correlationId}`),
      'ON_EXCLUSIVE_PUBLICATION_READY',
    );
    const stranger = addExclusive(driver);
    expect(names(stranger)).toEqual(['ON_EXCLUSIVE_PUBLICATION_READY']);
    const channel = `aeron:ipc?control-mode=response|response-correlation-id=${request.registrationId}`;
    const events = addExclusive(driver, channel);
    expect(names(events)).toEqual(['ON_EXCLUSIVE_PUBLICATION_READY', 'ON_AVAILABLE_IMAGE']);
    expect(onlyEvent(events, 'ON_AVAILABLE_IMAGE')['subscriptionRegistrationId']).toBe(correlationId);
  });
});

describe('destinations', () => {
  it.each([
    ['ADD_DESTINATION', ErrorCode.UNKNOWN_PUBLICATION],
    ['REMOVE_DESTINATION', ErrorCode.UNKNOWN_PUBLICATION],
    ['ADD_RCV_DESTINATION', ErrorCode.UNKNOWN_SUBSCRIPTION],
    ['REMOVE_RCV_DESTINATION', ErrorCode.UNKNOWN_SUBSCRIPTION],
  ] as const)('%s of a UDP channel is refused where nothing takes them', (name, errorCode) => {
    const driver = new ConductorHarness();
    const fields = { clientId: CLIENT, resourceRegistrationId: 5, channel: 'aeron:udp?endpoint=localhost:1' };
    expect(refusal(driver.run(name, fields)).errorCode).toBe(errorCode);
  });

  it('are refused by id as well', () => {
    const driver = new ConductorHarness();
    const fields = { clientId: CLIENT, resourceRegistrationId: 5, destinationRegistrationId: 6 };
    expect(refusal(driver.run('REMOVE_DESTINATION_BY_ID', fields)).errorCode).toBe(ErrorCode.UNKNOWN_PUBLICATION);
  });

  it('are refused on a subscription that takes none', () => {
    const driver = new ConductorHarness();
    const { correlationId } = onlyEvent(addSubscription(driver), 'ON_SUBSCRIPTION_READY');
    const fields = { clientId: CLIENT, resourceRegistrationId: correlationId, channel: IPC };
    expect(refusal(driver.run('ADD_RCV_DESTINATION', fields)).errorCode).toBe(ErrorCode.UNKNOWN_SUBSCRIPTION);
  });

  it('that are local are removed with their images', () => {
    const driver = new ConductorHarness();
    const publication = ready(addPublication(driver));
    const { correlationId } = onlyEvent(addSubscription(driver), 'ON_SUBSCRIPTION_READY');
    const fields = { clientId: CLIENT, resourceRegistrationId: correlationId, channel: IPC };
    const events = driver.run('REMOVE_RCV_DESTINATION', fields);
    expect(names(events)).toEqual(['ON_OPERATION_SUCCESS', 'ON_UNAVAILABLE_IMAGE']);
    expect(onlyEvent(events, 'ON_UNAVAILABLE_IMAGE')['correlationId']).toBe(publication.registrationId);
  });
});

describe('counters of clients', () => {
  const key = Uint8Array.of(1, 2, 3);
  const add = (driver: ConductorHarness, fields: Record<string, unknown> = {}) =>
    driver.run('ADD_COUNTER', { clientId: CLIENT, typeId: 1500, key, label: 'mine', ...fields });
  const addStatic = (driver: ConductorHarness, fields: Record<string, unknown> = {}) =>
    driver.run('ADD_STATIC_COUNTER', {
      clientId: CLIENT,
      typeId: 1500,
      registrationId: 77n,
      key,
      label: 'static',
      ...fields,
    });

  it('are added with type, key, label, owner and registration id', () => {
    const driver = new ConductorHarness();
    const correlationId = driver.nextId();
    const events = add(driver, { correlationId });
    expect(names(events)).toEqual(['ON_COUNTER_READY', 'ON_COUNTER_READY']);
    const counterId = events[1]?.fields['counterId'] as number;
    const { counters } = driver;
    expect(events[1]?.fields['correlationId']).toBe(correlationId);
    expect(counters.getCounterTypeId(counterId)).toBe(1500);
    expect(counters.getCounterLabel(counterId)).toBe('mine');
    expect([...counters.getCounterKey(counterId).subarray(0, 4)]).toEqual([1, 2, 3, 0]);
    expect(counters.getCounterOwnerId(counterId)).toBe(CLIENT);
    expect(counters.getCounterRegistrationId(counterId)).toBe(correlationId);
  });

  it('are removed with the answer first and the news for everyone after it', () => {
    const driver = new ConductorHarness();
    const registrationId = driver.nextId();
    const counterId = add(driver, { correlationId: registrationId })[1]?.fields['counterId'];
    const events = driver.run('REMOVE_COUNTER', { clientId: CLIENT, registrationId });
    expect(names(events)).toEqual(['ON_OPERATION_SUCCESS', 'ON_UNAVAILABLE_COUNTER']);
    expect(events[1]?.fields).toEqual({ correlationId: registrationId, counterId });
    expect(driver.counters.getCounterState(counterId as number)).toBe(-1);
  });

  it('are refused when unknown, or when the key does not fit', () => {
    const driver = new ConductorHarness();
    expect(refusal(driver.run('REMOVE_COUNTER', { clientId: CLIENT, registrationId: 9 })).errorCode).toBe(
      ErrorCode.UNKNOWN_COUNTER,
    );
    expect(refusal(add(driver, { key: new Uint8Array(113) })).message).toContain('counter key too long: length=113');
  });

  it('that are static are found again by type and registration id, and outlive their client', () => {
    const driver = new ConductorHarness();
    const counterId = onlyEvent(addStatic(driver), 'ON_STATIC_COUNTER')['counterId'] as number;
    expect(onlyEvent(addStatic(driver, { clientId: OTHER_CLIENT }), 'ON_STATIC_COUNTER')['counterId']).toBe(counterId);
    expect(driver.counters.getCounterOwnerId(counterId)).toBe(-1);
    driver.elapse(15_000);
    expect(driver.counters.getCounterState(counterId)).toBe(1);
    expect(driver.counters.getCounterRegistrationId(counterId)).toBe(77);
  });

  it('that are static are told apart by all 64 bits of their registration id', () => {
    const driver = new ConductorHarness();
    const [one, two, again] = [2n ** 62n, 2n ** 62n + 1n, 2n ** 62n].map(
      (registrationId) => onlyEvent(addStatic(driver, { registrationId }), 'ON_STATIC_COUNTER')['counterId'] as number,
    );
    expect(two).not.toBe(one);
    expect(again).toBe(one);
    expect(driver.counters.getCounterRegistrationIdBigInt(two ?? -1)).toBe(2n ** 62n + 1n);
  });

  it('that are static are refused where another counter has their type and registration id', () => {
    const driver = new ConductorHarness();
    add(driver, { correlationId: 77 });
    expect(refusal(addStatic(driver))).toEqual({
      errorCode: ErrorCode.GENERIC_ERROR,
      message: expect.stringContaining('because a non-static counter exists'),
    });
  });

  it('are refused when all are in use', () => {
    const driver = new ConductorHarness({ counterCount: 48 });
    add(driver);
    expect(refusal(add(driver))).toEqual({
      errorCode: ErrorCode.GENERIC_ERROR,
      message: expect.stringMatching(/^AeronError : unable to allocate counter/),
    });
  });
});

describe('session ids', () => {
  it('are handed out, free on the stream, outside the reserved range', () => {
    const driver = new ConductorHarness();
    const next = () =>
      onlyEvent(
        driver.run('GET_NEXT_AVAILABLE_SESSION_ID', { clientId: CLIENT, streamId: STREAM }),
        'ON_NEXT_AVAILABLE_SESSION_ID',
      )['nextSessionId'] as number;
    const first = next();
    const taken = (first + 1) | 0;
    addExclusive(driver, `aeron:ipc?session-id=${taken}`);
    expect(next()).toBe((first + 2) | 0);
  });
});

describe('rejecting an image', () => {
  it('tells the publisher, drops the subscribers, and links them again after the cool-down', () => {
    const driver = new ConductorHarness();
    const { registrationId, sessionId } = ready(addPublication(driver));
    const { correlationId } = onlyEvent(addSubscription(driver), 'ON_SUBSCRIPTION_READY');
    const fields = { clientId: CLIENT, imageCorrelationId: registrationId, position: 0, reason: 'bad data' };
    const events = driver.run('REJECT_IMAGE', fields);
    expect(names(events)).toEqual(['ON_PUBLICATION_ERROR', 'ON_UNAVAILABLE_IMAGE', 'ON_OPERATION_SUCCESS']);
    expect(onlyEvent(events, 'ON_PUBLICATION_ERROR')).toMatchObject({
      registrationId,
      destinationRegistrationId: -1,
      sessionId,
      streamId: STREAM,
      receiverId: -1n,
      groupTag: -1n,
      addressType: 1,
      sourcePort: 0,
      errorCode: ErrorCode.IMAGE_REJECTED,
      message: 'bad data',
    });
    expect([...(onlyEvent(events, 'ON_PUBLICATION_ERROR')['sourceAddress'] as Uint8Array).subarray(0, 5)]).toEqual([
      127, 0, 0, 1, 0,
    ]);
    expect(driver.systemCounters.get('IMAGES_REJECTED').get()).toBe(1);
    expect(countersOf(driver, 4)).toEqual([]);
    expect(names(addSubscription(driver))).toEqual(['ON_SUBSCRIPTION_READY']);
    driver.elapse(12_000, () => driver.keepAlive(CLIENT));
    const images = driver.events().filter(({ name }) => name === 'ON_AVAILABLE_IMAGE');
    expect(images.map(({ fields: image }) => image['subscriptionRegistrationId'])).toContain(correlationId);
    expect(images).toHaveLength(2);
  });

  it('refuses one that is not there', () => {
    const driver = new ConductorHarness();
    const fields = { clientId: CLIENT, imageCorrelationId: 9, position: 0, reason: '' };
    expect(refusal(driver.run('REJECT_IMAGE', fields))).toEqual({
      errorCode: ErrorCode.GENERIC_ERROR,
      message: 'Unable to resolve image for correlationId=9',
    });
  });

  it('refuses a reason that no error frame can carry', () => {
    const driver = new ConductorHarness();
    const { registrationId: imageCorrelationId } = ready(addPublication(driver));
    const fields = { clientId: CLIENT, imageCorrelationId, position: 0 };
    expect(names(driver.run('REJECT_IMAGE', { ...fields, reason: 'r'.repeat(1023) }))).toContain(
      'ON_OPERATION_SUCCESS',
    );
    expect(refusal(driver.run('REJECT_IMAGE', { ...fields, reason: 'r'.repeat(1024) })).message).toContain(
      'Invalidation reason must be 1023 bytes or less',
    );
  });
});

describe('a client that falls silent', () => {
  it('is timed out, and everyone told; all that it owned is released', () => {
    const driver = new ConductorHarness();
    const heartbeat = onlyEvent(addPublication(driver), 'ON_COUNTER_READY')['counterId'];
    addSubscription(driver);
    driver.run('ADD_COUNTER', { clientId: CLIENT, typeId: 1500, key: new Uint8Array(0), label: 'mine' });
    driver.elapse(9500);
    expect(names(driver.events())).toEqual([]);
    driver.elapse(2000);
    const events = driver.events();
    expect(names(events).slice(0, 2)).toEqual(['ON_CLIENT_TIMEOUT', 'ON_UNAVAILABLE_COUNTER']);
    expect(events[0]?.fields).toEqual({ clientId: CLIENT });
    expect(events[1]?.fields).toEqual({ correlationId: CLIENT, counterId: heartbeat });
    expect(names(events).filter((name) => name === 'ON_UNAVAILABLE_COUNTER')).toHaveLength(2);
    expect(driver.systemCounters.get('CLIENT_TIMEOUTS').get()).toBe(1);
    driver.elapse(3000);
    expect(driver.logFiles()).toEqual([]);
    for (const typeId of [1, 4, 11, 12, 1500]) {
      expect(countersOf(driver, typeId)).toEqual([]);
    }
  });

  it('keeps its place as long as it stores heartbeats', () => {
    const driver = new ConductorHarness();
    addPublication(driver);
    driver.elapse(30_000, () => driver.keepAlive(CLIENT));
    expect(names(driver.events())).toEqual([]);
  });

  it('keeps its place by the keepalive command as well', () => {
    const driver = new ConductorHarness();
    addPublication(driver);
    driver.elapse(30_000, () => driver.send('CLIENT_KEEPALIVE', { clientId: CLIENT }));
    expect(names(driver.events())).toEqual([]);
  });

  it('does not take others with it: a shared publication stays', () => {
    const driver = new ConductorHarness();
    addPublication(driver);
    addPublication(driver, IPC, { clientId: OTHER_CLIENT });
    driver.events();
    driver.elapse(15_000, () => driver.keepAlive(OTHER_CLIENT));
    expect(names(driver.events())).toEqual(['ON_CLIENT_TIMEOUT', 'ON_UNAVAILABLE_COUNTER']);
    expect(driver.logFiles()).toHaveLength(1);
  });

  it('starts anew when it comes back', () => {
    const driver = new ConductorHarness();
    addPublication(driver);
    driver.elapse(15_000);
    driver.events();
    expect(names(addPublication(driver))).toEqual(['ON_COUNTER_READY', 'ON_PUBLICATION_READY']);
  });
});

describe('a client that closes', () => {
  it('is released at the next tick without counting a time-out', () => {
    const driver = new ConductorHarness();
    addPublication(driver);
    driver.send('CLIENT_CLOSE', { clientId: CLIENT, correlationId: -1 });
    driver.settle();
    expect(driver.events()).toEqual([]);
    driver.elapse(1250);
    expect(names(driver.events())).toEqual(['ON_UNAVAILABLE_COUNTER']);
    expect(driver.systemCounters.get('CLIENT_TIMEOUTS').get()).toBe(0);
    driver.elapse(3000);
    expect(driver.logFiles()).toEqual([]);
  });

  it('is fine when unknown', () => {
    const driver = new ConductorHarness();
    driver.send('CLIENT_CLOSE', { clientId: 9, correlationId: -1 });
    driver.send('CLIENT_KEEPALIVE', { clientId: 9 });
    driver.settle();
    expect([driver.events(), driver.errors]).toEqual([[], []]);
  });
});

describe('terminating the driver', () => {
  it('is denied without a word unless the validator agrees', () => {
    const driver = new ConductorHarness();
    driver.send('TERMINATE_DRIVER', { clientId: CLIENT, correlationId: -1, token: Uint8Array.of(1) });
    driver.settle();
    expect([driver.events(), driver.terminationRequests]).toEqual([[], 0]);
  });

  it('is asked of the validator with directory and token, and requested when it agrees', () => {
    const asked: unknown[] = [];
    const driver = new ConductorHarness({
      validateTermination: (directory, token) => {
        asked.push([directory, [...token]]);
        return token[0] === 7;
      },
    });
    for (const token of [Uint8Array.of(), Uint8Array.of(7, 8)]) {
      driver.send('TERMINATE_DRIVER', { clientId: CLIENT, correlationId: -1, token });
    }
    driver.settle();
    expect(asked).toEqual([
      [driver.directory, []],
      [driver.directory, [7, 8]],
    ]);
    expect([driver.events(), driver.terminationRequests]).toEqual([[], 1]);
  });
});

describe('commands that make no sense', () => {
  it('of an unknown type are refused by their correlation id', () => {
    const driver = new ConductorHarness();
    driver.sendRaw(0x7777, [CLIENT, 42]);
    driver.settle();
    expect(onlyEvent(driver.events(), 'ON_ERROR')).toEqual({
      offendingCommandCorrelationId: 42,
      errorCode: ErrorCode.UNKNOWN_COMMAND_TYPE_ID,
      message: 'command typeId=30583',
    });
    expect(driver.errors).toHaveLength(1);
  });

  it('that are too short are refused as malformed, by their correlation id if they have one', () => {
    const driver = new ConductorHarness();
    driver.sendTruncated('ADD_PUBLICATION', { clientId: CLIENT, correlationId: 42, channel: IPC }, 18);
    driver.sendTruncated('ADD_PUBLICATION', { clientId: CLIENT, correlationId: 43, channel: IPC }, 8);
    driver.settle();
    expect(driver.events().map(({ fields }) => fields)).toEqual([
      { offendingCommandCorrelationId: 42, errorCode: 7, message: 'command=1 too short: length=18' },
      { offendingCommandCorrelationId: 0, errorCode: 7, message: 'command=1 too short: length=8' },
    ]);
  });

  it('whose text runs past their end are refused as malformed', () => {
    const driver = new ConductorHarness();
    driver.sendTruncated('ADD_SUBSCRIPTION', { clientId: CLIENT, streamId: 1, channel: 'aeron:ipc' }, 36);
    driver.settle();
    expect(refusal(driver.events())).toEqual({
      errorCode: ErrorCode.MALFORMED_COMMAND,
      message: 'command=4 too short for channel: length=36',
    });
  });
});

describe('the conductor as such', () => {
  it('shows at every tick that it lives', () => {
    const driver = new ConductorHarness();
    driver.elapse(1250);
    const first = driver.ring.consumerHeartbeatTimeMs;
    driver.elapse(1250);
    expect(first).toBeGreaterThan(0);
    expect(driver.ring.consumerHeartbeatTimeMs - first).toBeGreaterThanOrEqual(1000);
  });

  it('steps over the claim of a client that died, once the liveness time-out has passed', () => {
    const driver = new ConductorHarness();
    driver.ring.tryClaim(1, 64);
    driver.send('GET_NEXT_AVAILABLE_SESSION_ID', { clientId: CLIENT, streamId: STREAM });
    driver.elapseBlocked(10_000);
    expect(driver.events()).toEqual([]);
    driver.elapseBlocked(3000);
    expect(names(driver.events())).toEqual(['ON_NEXT_AVAILABLE_SESSION_ID']);
    expect(driver.systemCounters.get('UNBLOCKED_COMMANDS').get()).toBe(1);
  });

  it('leaves no log behind when it closes', () => {
    const driver = new ConductorHarness();
    addPublication(driver);
    driver.send('ADD_EXCLUSIVE_PUBLICATION', { clientId: CLIENT, streamId: STREAM, channel: IPC });
    driver.conductor.doWork();
    driver.nativeResourceAgent.doWork();
    driver.nativeResourceAgent.onClose();
    driver.conductor.onClose();
    expect(driver.logFiles()).toEqual([]);
    expect(driver.systemCounters.get('BYTES_CURRENTLY_MAPPED').get()).toBe(0);
  });

  it('reports an untethered subscriber left behind and taken back, end to end', () => {
    const driver = new ConductorHarness();
    const publication = ready(addPublication(driver));
    const tethered = onlyEvent(addSubscription(driver), 'ON_AVAILABLE_IMAGE')['subscriberPositionId'] as number;
    const slow = addSubscription(driver, 'aeron:ipc?tether=false', { clientId: OTHER_CLIENT });
    const slowId = onlyEvent(slow, 'ON_SUBSCRIPTION_READY')['correlationId'];
    const alive = () => {
      driver.keepAlive(CLIENT);
      driver.keepAlive(OTHER_CLIENT);
    };
    driver.publish(publication.logFileName, 32 * 1024);
    driver.counters.setCounterValue(tethered, 32 * 1024);
    driver.elapse(7000, alive);
    expect(onlyEvent(driver.events(), 'ON_UNAVAILABLE_IMAGE')['subscriptionRegistrationId']).toBe(slowId);
    driver.elapse(17_000, alive);
    const back = onlyEvent(driver.events(), 'ON_AVAILABLE_IMAGE');
    expect(back['subscriptionRegistrationId']).toBe(slowId);
    expect(driver.counterValue(back['subscriberPositionId'] as number)).toBe(32 * 1024);
  });
});
