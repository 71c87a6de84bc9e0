// SPDX-License-Identifier: Apache-2.0
/** What can happen on a network of drivers and applications. */
import { BufferClaim, CLOSED, ExclusivePublication } from '@aeron/client';
import { AtomicBuffer } from '@aeron/core';
import type { LinkModel } from '@aeron/core/testing';
import { expectThat } from '../model/expect.ts';
import { fillPattern } from '../model/message-pattern.ts';
import { alignedFrameLength } from '../model/stream-ledger.ts';
import type { Publisher } from '../nodes/publisher.ts';
import { POLL_WAYS } from '../nodes/subscriber.ts';
import type { Application } from './application.ts';
import { CLIENT_LIVENESS_TIMEOUT_MS, DRIVER_TIMEOUT_MS, REJECTION } from './driver-options.ts';
import type { PublicationEnd, SubscriptionEnd } from './ends.ts';
import type { UdpSimulation } from './udp-simulation.ts';

const NS_PER_MS = 1e6;
const US = 1000;
const MESSAGE_LENGTH_MAX = 16 * 1024;
/** Long before the drivers take a claim for abandoned. */
export const CLAIM_AGE_LIMIT_NS = 800 * NS_PER_MS;
const scratch = AtomicBuffer.allocate(MESSAGE_LENGTH_MAX);

export interface UdpAction {
  readonly name: string;
  /** How often, in proportion to the others. */
  readonly weight: number;
  /** @returns what was done, for the trace; undefined when there was nothing that it could have been done to. */
  run(simulation: UdpSimulation): string | undefined | Promise<string | undefined>;
}

interface Held<T> {
  readonly application: Application;
  readonly end: T;
}

function openPublications({ applications }: UdpSimulation): Held<PublicationEnd & { publisher: Publisher }>[] {
  return applications
    .filter(({ state }) => state === 'live')
    .flatMap((application) =>
      application.publications
        .filter((end): end is PublicationEnd & { publisher: Publisher } => end.publisher !== undefined)
        .map((end) => ({ application, end })),
    );
}

function openSubscriptions({ applications }: UdpSimulation): Held<SubscriptionEnd>[] {
  return applications
    .filter(({ state }) => state === 'live')
    .flatMap((application) =>
      application.subscriptions
        .filter(({ subscriber }) => subscriber?.subscription !== undefined)
        .map((end) => ({ application, end })),
    );
}

/** An action on one of several, picked at random. */
function actionOn<T>(
  name: string,
  weight: number,
  candidates: (simulation: UdpSimulation) => readonly T[],
  run: (candidate: T, simulation: UdpSimulation) => string | undefined | Promise<string | undefined>,
): UdpAction {
  return {
    name,
    weight,
    run: (simulation) => {
      const found = candidates(simulation);
      return found.length === 0 ? undefined : run(simulation.world.random.pick(found), simulation);
    },
  };
}

/** @returns whether it was accepted. */
export function offer(simulation: UdpSimulation, publisher: Publisher): boolean {
  const { publication, ledger } = publisher;
  const length = messageLength(simulation, Math.min(MESSAGE_LENGTH_MAX, publication.maxMessageLength));
  const messageNumber = simulation.messageCount + 1;
  fillPattern(scratch.bytes, 0, length, messageNumber);
  const { position, positionLimit } = publication;
  const result = publication.offer(scratch, 0, length, () => BigInt(messageNumber));
  if (result < 0) {
    return false;
  }
  expectThat(position < positionLimit, () => `accepted beyond the limit: position=${position} limit=${positionLimit}`);
  simulation.messageCount = messageNumber;
  ledger.append(result, length, messageNumber, 'committed');
  return true;
}

function messageLength({ world }: UdpSimulation, max: number): number {
  const { random } = world;
  const dice = random.nextFloat();
  if (dice < 0.05) {
    return 0;
  }
  return dice < 0.08 ? max : random.nextInt(dice < 0.8 ? Math.min(max, 1500) : max + 1);
}

/** Rounds of publishing, working and polling, as on a machine where everybody has a thread. */
const traffic: UdpAction = {
  name: 'traffic',
  weight: 60,
  run: (simulation) => {
    const { random } = simulation.world;
    let offered = 0;
    let polled = 0;
    for (let rounds = random.nextBetween(1, 12); rounds > 0; rounds--) {
      const publications = openPublications(simulation);
      if (publications.length > 0) {
        const { publisher } = random.pick(publications).end;
        for (let count = random.nextInt(8); count > 0 && offer(simulation, publisher); count--) {
          offered++;
        }
      }
      simulation.elapse(random.nextBetween(10 * US, 500 * US));
      for (const node of [...simulation.drivers, ...simulation.applications]) {
        if (node.state === 'live' && random.chance(0.8)) {
          node.invoke();
        }
      }
      for (const { application, end } of openSubscriptions(simulation)) {
        if (random.chance(0.6)) {
          polled += application.poll(end, random.pick(POLL_WAYS), random.nextBetween(1, 20));
        }
      }
      simulation.throwProblem();
    }
    return `offered=${offered} polled=${polled}`;
  },
};

const time: UdpAction = {
  name: 'time passes',
  weight: 6,
  run: (simulation) => {
    const durationMs = simulation.world.random.nextBetween(1, 300);
    simulation.elapse(durationMs * NS_PER_MS);
    finishClaims(simulation, simulation.world.nowNs - CLAIM_AGE_LIMIT_NS);
    return `ms=${durationMs}`;
  },
};

const claim = actionOn('claim', 6, openPublications, ({ end: { publisher } }, simulation) => {
  const { publication, ledger } = publisher;
  const length = messageLength(simulation, publication.maxPayloadLength);
  const bufferClaim = new BufferClaim();
  const result = publication.tryClaim(length, bufferClaim);
  if (result < 0) {
    return undefined;
  }
  const entry = ledger.append(result, length, ++simulation.messageCount, 'claimed');
  publisher.claims.push({ claim: bufferClaim, entry, claimedNs: simulation.world.nowNs });
  return `length=${length} position=${result}`;
});

const finishClaim = actionOn('finish claim', 12, openPublications, ({ end: { publisher } }, { world }) => {
  const [open] = publisher.claims.splice(0, 1);
  return open === undefined ? undefined : publisher.finish(open, world.random.chance(0.8));
});

/** What was claimed before then must be finished: the drivers take older claims for abandoned. */
export function finishClaims(simulation: UdpSimulation, beforeNs: number): void {
  for (const { end } of openPublications(simulation)) {
    end.publisher.finishOlderThan(beforeNs);
  }
}

const padding = actionOn('append padding', 0.6, openPublications, ({ end: { publisher } }, simulation) => {
  const { publication, ledger } = publisher;
  if (!(publication instanceof ExclusivePublication)) {
    return undefined;
  }
  const length = messageLength(simulation, Math.min(MESSAGE_LENGTH_MAX, publication.maxFramedLength));
  const result = publication.appendPadding(length);
  if (result < 0) {
    return undefined;
  }
  ledger.appendVoid(result, alignedFrameLength(length));
  return `length=${length} position=${result}`;
});

const closePublication = actionOn('close publication', 0.6, openPublications, ({ application, end }) => {
  const { publication } = end.publisher;
  application.closePublication(end);
  expectThat(publication.offer(scratch, 0, 1) === CLOSED, () => `not closed: ${publication}`);
  return `${publication}`;
});

const revoke = actionOn('revoke', 0.2, openPublications, ({ application, end }) => {
  const { publication } = end.publisher;
  if (!(publication instanceof ExclusivePublication)) {
    return undefined;
  }
  application.revoke(end);
  return `${publication}`;
});

const closeSubscription = actionOn('close subscription', 0.6, openSubscriptions, ({ application, end }) => {
  application.closeSubscription(end);
  return `${application.name} ${end.wish.channel}`;
});

const reject = actionOn('reject image', 0.3, openSubscriptions, ({ application, end }, { world }) => {
  const images = end.wish.isSpy ? [] : [...(end.subscriber?.followers.values() ?? [])].map(({ image }) => image);
  if (images.length === 0) {
    return undefined;
  }
  const image = world.random.pick(images);
  image.reject(REJECTION).catch(() => undefined); // it may go before the driver hears of it
  return `${application.name} ${image}`;
});

const fallAsleep = actionOn('slow receiver', 1, openSubscriptions, ({ application, end }, { world }) => {
  const durationMs = world.random.nextBetween(50, 1500);
  end.asleepUntilNs = world.nowNs + durationMs * NS_PER_MS;
  return `${application.name} ${end.wish.channel} ms=${durationMs}`;
});

const dropDestination = actionOn('remove destination', 0.6, openPublications, ({ application, end }, { world }) => {
  if (end.destinations.size === 0) {
    return undefined;
  }
  const destination = world.random.pick([...end.destinations]);
  end.publisher.publication.asyncRemoveDestination(destination);
  end.destinations.delete(destination);
  end.retryNs = world.nowNs + world.random.nextInt(1000) * NS_PER_MS;
  return `${application.name} ${destination}`;
});

const dropReceiveDestination = actionOn(
  'remove receive destination',
  0.6,
  openSubscriptions,
  ({ application, end }, { world }) => {
    if (end.destinations.size === 0) {
      return undefined;
    }
    const destination = world.random.pick([...end.destinations]);
    end.subscriber?.subscription?.asyncRemoveDestination(destination);
    end.destinations.delete(destination);
    end.retryNs = world.nowNs + world.random.nextInt(1000) * NS_PER_MS;
    return `${application.name} ${destination}`;
  },
);

const weather: UdpAction = {
  name: 'weather',
  weight: 1.5,
  run: ({ world, applications }) => {
    const { random, network } = world;
    const model: LinkModel = {
      lossRate: random.pick([0, 0, 0.01, 0.05, 0.1, 0.3]),
      duplicateRate: random.pick([0, 0, 0.05, 0.3]),
      reorderRate: random.pick([0, 0, 0.05, 0.3]),
      reorderNs: random.pick([100 * US, NS_PER_MS, 20 * NS_PER_MS]),
      delayNs: random.pick([50 * US, 50 * US, NS_PER_MS, 15 * NS_PER_MS]),
      jitterNs: random.pick([0, 100 * US, 5 * NS_PER_MS]),
      bandwidth: random.pick([0, 0, 0, 1e9, 1e7]),
      queueLength: random.pick([16 * 1024, 1024 * 1024]),
    };
    if (random.chance(0.5)) {
      network.setDefaultLink(model);
      network.setLoopback(random.chance(0.2) ? model : { lossRate: 0 });
    } else {
      const [from, to] = random.shuffle(applications.map(({ name }) => world.host(name).addresses[0] ?? ''));
      network.setLink(from ?? '', to ?? '', model);
    }
    return JSON.stringify(model);
  },
};

const partition: UdpAction = {
  name: 'partition',
  weight: 0.8,
  run: ({ world, applications }) => {
    const { random, network } = world;
    const [a, b] = random.shuffle(applications.map(({ name }) => world.host(name).addresses));
    if (random.chance(0.3)) {
      network.partitionOneWay(a?.[0] ?? '', b?.[0] ?? '');
    } else {
      network.partition(a ?? [], b ?? []);
    }
    return `${a?.[0]} ${b?.[0]}`;
  },
};

const heal: UdpAction = {
  name: 'heal',
  weight: 1.2,
  run: ({ world }) => {
    world.network.heal();
    return '';
  },
};

const liveApplications = ({ applications }: UdpSimulation) => applications.filter(({ isLive }) => isLive);
const liveDrivers = ({ drivers }: UdpSimulation) => drivers.filter(({ state }) => state === 'live');

const closeApplication = actionOn('close application', 0.15, liveApplications, (application) => {
  application.close();
  return application.name;
});

const killApplication = actionOn('kill application', 0.2, liveApplications, (application) => {
  application.kill();
  return application.name;
});

const pauseApplication = actionOn('application pauses', 0.5, liveApplications, (application, { world }) => {
  const durationMs = world.random.nextInt(CLIENT_LIVENESS_TIMEOUT_MS / 2);
  application.pause(durationMs * NS_PER_MS);
  return `${application.name} ms=${durationMs}`;
});

const startApplication = actionOn(
  'start application',
  8,
  ({ applications }) => applications.filter(({ state, driver }) => state === 'absent' && driver.state === 'live'),
  (application) => {
    application.start();
    return application.name;
  },
);

const startDriver = actionOn(
  'start driver',
  8,
  ({ drivers }) => drivers.filter(({ state }) => state === 'absent'),
  async (driver) => `${driver.directory} started=${await driver.start()}`,
);

const stopDriver = actionOn('stop driver', 0.08, liveDrivers, async (driver) => {
  await driver.stop();
  return driver.directory;
});

const killDriver = actionOn('kill driver', 0.1, liveDrivers, (driver) => {
  driver.kill();
  return driver.directory;
});

const pauseDriver = actionOn('driver pauses', 0.4, liveDrivers, (driver, { world }) => {
  const durationMs = world.random.nextInt(DRIVER_TIMEOUT_MS / 2);
  driver.pause(durationMs * NS_PER_MS);
  return `${driver.directory} ms=${durationMs}`;
});

export const UDP_ACTIONS: readonly UdpAction[] = [
  ...[traffic, time, claim, finishClaim, padding],
  ...[closePublication, revoke, closeSubscription, reject, fallAsleep, dropDestination, dropReceiveDestination],
  ...[weather, partition, heal],
  ...[closeApplication, killApplication, pauseApplication, startApplication],
  ...[startDriver, stopDriver, killDriver, pauseDriver],
];
