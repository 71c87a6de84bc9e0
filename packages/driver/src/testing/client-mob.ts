// SPDX-License-Identifier: Apache-2.0
/** Clients gone mad: commands that are right, wrong, mutated or noise, and vandalism in logs and counters. For tests. */
import { COMMANDS, CommandId, type CommandName, type LogBuffers } from '@aeron/codecs/internal';
import { SeededRandom } from '@aeron/core/testing';
import { ConductorHarness, onlyEvent } from './conductor-harness.ts';

const STREAMS = [1, 2, 3];
const CLIENTS = [901, 902, 903, 904];

const CHANNELS = [
  'aeron:ipc',
  'aeron:ipc',
  'aeron:ipc?session-id=5',
  'aeron:ipc?tags=1,3',
  'aeron:ipc?session-id=tag:3',
  'aeron:ipc?tether=false',
  'aeron:ipc?tether=false|rejoin=false',
  'aeron:ipc?control-mode=response',
  'aeron:ipc?init-term-id=2147483647|term-id=-2147483648|term-offset=64',
  'aeron:ipc?term-length=1g|term-length=64k',
  'aeron:ipc?linger=9223372036s|untethered-resting-timeout=0',
  'aeron:ipc?mtu=99999999999999999999',
  'aeron:udp?endpoint=127.0.0.1:40123',
  'aeron:udp?endpoint=127.0.0.1:40123|ssc=true|linger=0',
  'aeron:udp?endpoint=127.0.0.1:40123|tags=8,9|mtu=4k',
  'aeron:udp?tags=8',
  'aeron:udp?endpoint=localhost:40123|tether=false|untethered-window-limit-timeout=1s|cc=cubic',
  'aeron:udp?endpoint=nowhere:40123',
  'aeron:udp?endpoint=224.20.30.39:40456|interface=127.0.0.1|fc=tagged,g:5/1',
  'aeron:udp?control-mode=manual',
  'aeron:udp?control-mode=manual|control=127.0.0.1:40200',
  'aeron:udp?control-mode=dynamic|control=127.0.0.1:40200',
  'aeron:udp?control-mode=response|control=127.0.0.1:40201',
  'aeron:udp?control-mode=response|control=127.0.0.1:40201|response-correlation-id=prototype',
  'aeron-spy:aeron:udp?endpoint=127.0.0.1:40123',
  'aeron-spy:aeron:udp?endpoint=127.0.0.1:40123|tether=false',
  'aeron:ipc?|=|',
  '',
];

export class Mob {
  readonly driver: ConductorHarness;
  readonly #random: SeededRandom;
  readonly #ids: number[] = [1, 2, -1];
  readonly #logs: LogBuffers[] = [];

  constructor(seed: number) {
    this.#random = new SeededRandom(seed);
    this.driver = new ConductorHarness({ seed, counterCount: 400 });
  }

  act(): void {
    const dice = this.#random.nextFloat();
    if (dice < 0.7) {
      this.#sendCommand();
    } else if (dice < 0.8) {
      this.#sendNoise();
    } else if (dice < 0.9) {
      this.driver.world.step(this.#pick([1_000_000, 250_000_000, 1_100_000_000]));
    } else if (dice < 0.92) {
      this.#keepSomeAlive();
    } else if (dice < 0.97) {
      this.#receive();
    } else {
      this.#vandalise();
    }
  }

  /** Works off what is there and learns the ids and logs that the driver tells of. */
  work(): void {
    this.driver.settle();
    for (const { name, fields } of this.driver.events()) {
      for (const key of ['registrationId', 'correlationId'] as const) {
        if (typeof fields[key] === 'number') {
          this.#ids.push(fields[key]);
        }
      }
      if (name === 'ON_PUBLICATION_READY' && fields['registrationId'] === fields['correlationId']) {
        this.#logs.push(this.driver.mapLog(String(fields['logFileName'])));
      }
    }
    this.#ids.splice(0, Math.max(0, this.#ids.length - 64));
    this.#logs.splice(0, Math.max(0, this.#logs.length - 20));
  }

  /** What strangers make sender and receiver say. */
  #receive(): void {
    const { agents } = this.driver;
    for (const image of agents.images) {
      image.lastPacketTimeNs = this.driver.platform.clock.nanoTime();
      image.isDeactivated ||= this.#random.chance(0.1);
    }
    const endpoints = agents.of('open-receive-endpoint').slice(-2);
    const endpointId = endpoints.length === 0 ? 1 : this.#pick(endpoints).endpointId;
    const sender = { family: 'IPv4', address: '10.0.0.9', port: 5555 } as const;
    agents.fromReceiver({
      ...{ kind: 'create-image', endpointId, transportIndex: 0, streamId: this.#pick(STREAMS) },
      ...{ sessionId: this.#pick([5, 6, 7]), initialTermId: this.#random.nextInt32() },
      ...{ activeTermId: this.#random.nextInt32(), termOffset: this.#pick([0, 64, 65536]) },
      ...{ termLength: this.#pick([65536, 65536, 131072, 0, -1]), mtuLength: this.#pick([1408, 1408, 0, 65535]) },
      ...{ setupFlags: this.#pick([0, 0x80, 0xff]), controlAddress: sender, sourceAddress: sender },
    });
    const responseCorrelationId = this.#pick(this.#ids);
    agents.fromSender(
      this.#random.chance(0.5)
        ? { kind: 'response-setup', responseCorrelationId, responseSessionId: 5 }
        : { kind: 'response-connected', responseCorrelationId },
    );
  }

  #sendCommand(): void {
    const { name, layout } = this.#pick(COMMANDS);
    const registrationId = this.#pick(this.#ids);
    const fields = {
      clientId: this.#pick(CLIENTS),
      correlationId: this.#random.chance(0.9) ? this.driver.nextId() : this.#pick(this.#ids),
      // The client chooses that of a static counter, from all 64 bits.
      registrationId: name === 'ADD_STATIC_COUNTER' ? BigInt(registrationId) : registrationId,
      resourceRegistrationId: this.#pick(this.#ids),
      destinationRegistrationId: this.#pick(this.#ids),
      registrationCorrelationId: -1,
      imageCorrelationId: this.#pick(this.#ids),
      position: 0,
      streamId: this.#pick(STREAMS),
      typeId: this.#pick([1000, 1001, 11, -5]),
      flags: this.#pick([0, 1]),
      channel: this.#pick(CHANNELS),
      key: new Uint8Array(this.#pick([0, 4, 112, 200])),
      label: 'l'.repeat(this.#pick([0, 5, 500])),
      reason: 'r'.repeat(this.#pick([0, 10, 2000])),
      token: new Uint8Array(this.#pick([0, 10])),
    };
    const known = Object.fromEntries(Object.entries(fields).filter(([key]) => key in layout.Flyweight.prototype));
    this.driver.sendMutated(name as CommandName, known, (bytes) => this.#mutate(bytes));
  }

  /** Mostly leaves a message as it is. @returns how much of it to send. */
  #mutate(bytes: Uint8Array): number {
    const dice = this.#random.nextFloat();
    if (dice < 0.15) {
      bytes[this.#random.nextInt(bytes.length)] = this.#random.nextInt(256);
    } else if (dice < 0.25) {
      return this.#random.nextInt(bytes.length + 1);
    }
    return bytes.length;
  }

  #sendNoise(): void {
    const length = this.#random.nextInt(8) * 8;
    const longs = Array.from({ length: length / 8 }, () => this.#random.nextInt32() * this.#pick([1, 2 ** 31, 0]));
    this.driver.sendRaw(this.#pick([...Object.values(CommandId), 0x13, 0x7fffffff]), longs);
  }

  #keepSomeAlive(): void {
    for (const clientId of CLIENTS) {
      if (this.#random.chance(0.7)) {
        this.driver.keepAlive(clientId);
      }
    }
  }

  /** Writes where clients may write: into logs, and into the positions of subscribers. */
  #vandalise(): void {
    const log = this.#logs.length === 0 ? undefined : this.#pick(this.#logs);
    const value = this.#random.nextInt32();
    if (log !== undefined && this.#random.chance(0.5)) {
      log.metadata.putInt32(this.#random.nextInt(8) * 4, value);
    } else if (log !== undefined) {
      log.terms[this.#random.nextInt(3)]?.putInt32(this.#random.nextInt(2048) * 32, value);
    } else {
      this.driver.counters.forEachMetadata((counterId, typeId) => {
        if (typeId === 4 && this.#random.chance(0.2)) {
          this.driver.counters.setCounterValue(counterId, value * this.#pick([1, 32, 2 ** 20]));
        }
      });
    }
  }

  #pick<T>(from: readonly T[]): T {
    return from[this.#random.nextInt(from.length)] as T;
  }
}

/** A client of good manners is served as if nothing had happened. */
export function expectServes(driver: ConductorHarness): void {
  const subscribe = { clientId: 7, registrationCorrelationId: -1, streamId: 77, channel: 'aeron:ipc' };
  onlyEvent(driver.run('ADD_SUBSCRIPTION', subscribe), 'ON_SUBSCRIPTION_READY');
  const events = driver.run('ADD_PUBLICATION', { clientId: 7, streamId: 77, channel: 'aeron:ipc' });
  const publication = onlyEvent(events, 'ON_PUBLICATION_READY');
  onlyEvent(events, 'ON_AVAILABLE_IMAGE');
  driver.publish(String(publication['logFileName']), 4096);
}
