// SPDX-License-Identifier: Apache-2.0
/**
 * The liveness phase on a network: it heals, everybody comes back and is served. Then every route must carry what is published
 * from now on, to everybody who must hear it, and hold nothing else.
 */
import { SYSTEM_COUNTERS, SystemCounterId } from '@aeron/codecs';
import { expectThat } from '../model/expect.ts';
import type { DriverNode } from '../nodes/driver-node.ts';
import type { Publisher } from '../nodes/publisher.ts';
import type { PublicationEnd, SubscriptionEnd } from './ends.ts';
import { CLAIM_AGE_LIMIT_NS, finishClaims, offer } from './udp-actions.ts';
import type { UdpSimulation } from './udp-simulation.ts';

const NS_PER_MS = 1e6;
const STEP_NS = 5 * NS_PER_MS;
const POLL_LIMIT = 1000;
/** All that the drivers' settings can delay: time-outs of clients, images, publications and claims, one after the other. */
const SETTLE_NS = 9000 * NS_PER_MS;
const DELIVERY_NS = 2000 * NS_PER_MS;
const FINAL_MESSAGES = 12;
const STATIC_OWNER = -1;
const CALM = { lossRate: 0, duplicateRate: 0, reorderRate: 0, delayNs: 50_000, jitterNs: 0, bandwidth: 0 };

export async function comeToRest(simulation: UdpSimulation): Promise<void> {
  const { world, drivers, applications } = simulation;
  simulation.note('calm');
  const addresses = applications.map(({ name }) => world.host(name).addresses[0] ?? '');
  world.network.heal();
  world.network.setDefaultLink(CALM);
  world.network.setLoopback(CALM);
  for (const from of addresses) {
    for (const to of addresses.filter((address) => address !== from)) {
      world.network.setLink(from, to, CALM);
    }
  }
  while ([...drivers, ...applications].some(({ state }) => state === 'paused')) {
    serve(simulation);
  }
  await startAll(simulation);
  for (const end of applications.flatMap(({ subscriptions }) => subscriptions)) {
    end.asleepUntilNs = 0;
  }
  finishClaims(simulation, Number.POSITIVE_INFINITY);
  await serveFor(simulation, SETTLE_NS);
  await startAll(simulation); // applications that noticed the end of their driver only now
  await serveFor(simulation, SETTLE_NS / 2);
  for (const { publication, subscription } of pairs(simulation)) {
    checkHeard(publication, subscription);
  }
  await publishMore(simulation);
  for (const { publication, subscription } of pairs(simulation)) {
    checkHeard(publication, subscription);
  }
}

/** Closes all in order. Nothing may remain. */
export async function endAll(simulation: UdpSimulation): Promise<void> {
  const { world, drivers, applications } = simulation;
  simulation.note('end');
  for (const application of applications) {
    application.close();
  }
  await serveFor(simulation, SETTLE_NS);
  for (const driver of drivers) {
    checkNothingRemains(driver, simulation);
    await driver.stop();
  }
  for (const { options } of drivers) {
    const { disk } = world.host(options.hostName);
    const isGone = disk.find(options.directory) === undefined;
    expectThat(isGone, () => `directory is left: ${disk.list(options.directory)}`);
  }
  expectThat(world.network.sockets.count === 0, () => `sockets are left: ${world.network.sockets.count}`);
}

async function startAll(simulation: UdpSimulation): Promise<void> {
  for (const driver of simulation.drivers) {
    while (driver.state === 'absent' && !(await driver.start())) {
      serve(simulation);
    }
  }
  for (const application of simulation.applications) {
    if (application.state === 'absent') {
      application.start();
    }
  }
}

async function serveFor(simulation: UdpSimulation, durationNs: number): Promise<void> {
  for (const endNs = simulation.world.nowNs + durationNs; simulation.world.nowNs < endNs; ) {
    serve(simulation);
    await new Promise((resolve) => setImmediate(resolve)); // promises of the clients settle
  }
}

function serve(simulation: UdpSimulation): void {
  simulation.elapse(STEP_NS);
  for (let i = 0; i < 4 && simulation.serveAll() > 0; i++) {
    simulation.world.step(100_000);
    simulation.throwProblem();
  }
  for (const application of simulation.applications) {
    for (const end of application.state === 'live' ? application.subscriptions : []) {
      while (application.poll(end, 'poll', POLL_LIMIT) > 0);
    }
  }
  // Starting a driver may take as long as its predecessor is taken for alive: claims can't wait for that.
  finishClaims(simulation, simulation.world.nowNs - CLAIM_AGE_LIMIT_NS);
  simulation.checkCounters();
  simulation.throwProblem();
}

/** Every publication with every subscription that must hear it. */
function pairs({ applications }: UdpSimulation): { publication: PublicationEnd; subscription: SubscriptionEnd }[] {
  const publications = applications.flatMap((application) => application.publications);
  const subscriptions = applications.flatMap((application) => application.subscriptions);
  return publications.flatMap((publication) =>
    subscriptions
      .filter(({ route, wish }) => route === publication.route && wish.streamId === publication.wish.streamId)
      .filter((subscription) => publication.route.hears(subscription, publication))
      .map((subscription) => ({ publication, subscription })),
  );
}

function checkHeard(publication: PublicationEnd, { route, wish, subscriber }: SubscriptionEnd): void {
  const ledger = open(publication).ledger;
  const facts = (): string => `route=${route.kind} stream=${ledger.key} by ${wish.channel}`;
  const follower = [...(subscriber?.followers.values() ?? [])].find((each) => each.ledger === ledger);
  expectThat(follower !== undefined, () => `no image: ${facts()} ${publication.publisher?.publication}`);
  const missing = follower.missing();
  expectThat(missing === undefined, () => `never heard: ${JSON.stringify(missing)} ${facts()} ${follower.image}`);
}

async function publishMore(simulation: UdpSimulation): Promise<void> {
  const ends = new Set(pairs(simulation).map(({ publication }) => publication)); // nobody may listen to the others
  const left = new Map([...ends].map((end) => [end, FINAL_MESSAGES]));
  for (const endNs = simulation.world.nowNs + DELIVERY_NS; simulation.world.nowNs < endNs; ) {
    for (const [end, count] of left) {
      if (count > 0 && offer(simulation, open(end))) {
        left.set(end, count - 1);
      }
    }
    serve(simulation);
    await new Promise((resolve) => setImmediate(resolve));
  }
  for (const [end, count] of left) {
    expectThat(
      count === 0,
      () => `stuck: ${count} messages not accepted, route=${end.route.kind} ${open(end).publication}`,
    );
  }
}

function open({ publisher, route, wish }: PublicationEnd): Publisher {
  expectThat(publisher !== undefined, () => `publication did not open: route=${route.kind} channel=${wish.channel()}`);
  return publisher;
}

/** No counter of a stream or channel, no log file; and what a driver counts is sound. */
function checkNothingRemains({ counters, options }: DriverNode, { world }: UdpSimulation): void {
  const left: string[] = [];
  counters.forEachMetadata((counterId, _typeId, _key, label) => {
    if (counterId >= SYSTEM_COUNTERS.length && counters.getCounterOwnerId(counterId) !== STATIC_OWNER) {
      left.push(label);
    }
  });
  expectThat(left.length === 0, () => `counters are left: ${left.join(', ')}`);
  const { disk } = world.host(options.hostName);
  const files = ['publications', 'images'].flatMap((folder) => {
    const path = `${options.directory}/${folder}`;
    return disk.find(path) === undefined ? [] : disk.list(path);
  });
  expectThat(files.length === 0, () => `log files are left: ${files.join(' ')}`);
  for (const { id, label } of SYSTEM_COUNTERS) {
    const value = counters.getCounterValue(id);
    expectThat(value >= 0, () => `system counter: label=${label} value=${value}`);
  }
  const mapped = counters.getCounterValue(SystemCounterId.BYTES_CURRENTLY_MAPPED);
  const expected = ['cnc.dat', 'loss-report.dat']
    .map((name) => disk.file('open', `${options.directory}/${name}`).length)
    .reduce((sum, length) => sum + length, 0);
  expectThat(mapped === expected, () => `bytes mapped: counted=${mapped} expected=${expected}`);
}
