// SPDX-License-Identifier: Apache-2.0
/**
 * The liveness phase: no more faults, everybody is served. After a while everything must be exactly as the model has it: each
 * message read, each stream linked, each counter and each log file accounted for.
 */
import { SYSTEM_COUNTERS, SystemCounterId } from '@aeron/codecs';
import { CounterState } from '@aeron/core';
import type { SimulatedHost } from '@aeron/core/testing';
import { freeDisk } from './actions/life-actions.ts';
import { describeCounter } from './model/counter-text.ts';
import { expectThat } from './model/expect.ts';
import type { ClientNode } from './nodes/client-node.ts';
import type { DriverNode } from './nodes/driver-node.ts';
import type { Subscriber } from './nodes/subscriber.ts';
import type { Simulation } from './simulation.ts';

const NS_PER_MS = 1e6;
const STEP_NS = 20 * NS_PER_MS;
const POLL_LIMIT = 1000;
const HEARTBEAT_TYPE_ID = 11;
const STATIC_OWNER = -1;

/** Serves everybody until all that was begun has come to its end, then compares. */
export async function comeToRest(simulation: Simulation): Promise<void> {
  const { drivers, clients } = simulation;
  simulation.note('calm');
  freeDisk(simulation);
  const isHeldUp = (): boolean => [...drivers, ...clients].some(({ state }) => state === 'paused');
  while (isHeldUp()) {
    serve(simulation);
  }
  await startAll(simulation);
  finishClaims(clients);
  await settle(simulation);
  checkClients(simulation);
  checkImages(simulation);
  for (const driver of drivers) {
    checkDriver(simulation, driver);
  }
}

/** Closes all in order. Nothing may remain. */
export async function endAll(simulation: Simulation): Promise<void> {
  const { world, drivers, clients } = simulation;
  simulation.note('end');
  for (const client of clients.filter(({ state }) => state === 'live')) {
    client.close();
  }
  await settle(simulation);
  for (const driver of drivers) {
    checkDriver(simulation, driver);
    await driver.stop();
  }
  for (const { options } of drivers) {
    const { disk } = world.host(options.hostName);
    const isGone = disk.find(options.directory) === undefined;
    expectThat(isGone, () => `directory is left: ${disk.list(options.directory)}`);
    expectThat(
      spaceLeft(disk, options.directory) === 0,
      () => `space is left in use: bytes=${spaceLeft(disk, options.directory)}`,
    );
  }
}

/** Bytes in use on the volume of the driver's directory, without the errors that successors of killed drivers have saved. */
function spaceLeft(disk: SimulatedHost['disk'], directory: string): number {
  const parent = directory.slice(0, directory.lastIndexOf('/'));
  const saved = disk.list(parent).filter((name) => name.endsWith('-error.log'));
  const savedLength = saved.reduce((sum, name) => sum + disk.file('open', `${parent}/${name}`).length, 0);
  return disk.volumeOf(directory).used - savedLength;
}

/** Serves everybody for as long as the drivers' settings can delay anything. */
async function settle(simulation: Simulation): Promise<void> {
  const { world, plan, drivers } = simulation;
  let unblocked = 0;
  for (let endNs = world.nowNs + plan.settleNs; world.nowNs < endNs; ) {
    serve(simulation);
    await turn(); // promises of the clients settle
    const nowUnblocked = drivers.reduce((sum, driver) => sum + unblockedCount(driver), 0);
    if (nowUnblocked !== unblocked) {
      unblocked = nowUnblocked; // one claim at a time, each after the time-out
      endNs = world.nowNs + plan.settleNs;
    }
  }
}

function unblockedCount({ counters }: DriverNode): number {
  return (
    counters.getCounterValue(SystemCounterId.UNBLOCKED_PUBLICATIONS) +
    counters.getCounterValue(SystemCounterId.UNBLOCKED_COMMANDS)
  );
}

function serve(simulation: Simulation): void {
  simulation.elapse(STEP_NS);
  while (simulation.serveAll() > 0) {
    simulation.throwProblem();
  }
  for (const client of simulation.clients) {
    for (const subscriber of client.state === 'live' ? client.subscribers : []) {
      while (subscriber.poll('poll', POLL_LIMIT) > 0);
    }
  }
  simulation.throwProblem();
}

async function startAll(simulation: Simulation): Promise<void> {
  for (const driver of simulation.drivers) {
    while (driver.state === 'absent' && !(await driver.start())) {
      serve(simulation);
    }
  }
}

function finishClaims(clients: readonly ClientNode[]): void {
  for (const client of clients) {
    for (const publisher of client.publishers) {
      publisher.finishOlderThan(Number.POSITIVE_INFINITY);
    }
  }
}

function checkClients({ clients }: Simulation): void {
  for (const client of clients.filter(({ state }) => state === 'live')) {
    expectThat(client.isServed, () => `${client.name} still has the driver of before`);
    expectThat(client.pending.length === 0, () => `${client.name} waits for ${JSON.stringify(client.pending[0])}`);
    expectThat(!client.aeron.hasActiveCommands(), () => `${client.name} has commands that were never answered`);
  }
}

function checkImages(simulation: Simulation): void {
  for (const client of simulation.clients) {
    for (const subscriber of client.subscribers) {
      checkRead(subscriber);
      checkLinked(simulation, client, subscriber);
    }
  }
}

function checkRead(subscriber: Subscriber): void {
  for (const follower of subscriber.followers.values()) {
    const missing = follower.missing();
    expectThat(missing === undefined, () => `never read: ${JSON.stringify(missing)} by ${follower.image}`);
    const { ledger, image } = follower;
    expectThat(ledger.isOpen, () => `image of a stream that ended: ${image} openPublishers=${ledger.openPublishers}`);
  }
}

/** Each subscription has an image of each stream that it wants. */
function checkLinked({ plan, ledgers }: Simulation, client: ClientNode, subscriber: Subscriber): void {
  const linked = new Set([...subscriber.followers.values()].map(({ ledger }) => ledger));
  for (const ledger of ledgers.values()) {
    const mayBeLeftOut = !subscriber.wishes.isRejoin;
    if (ledger.isOpen && subscriber.wants(ledger) && plan.medium.reaches(ledger, client, subscriber) && !mayBeLeftOut) {
      const facts = (): string => `stream=${ledger.key} subscription=${subscriber.subscription}`;
      expectThat(linked.has(ledger), () => `no image: ${facts()}`);
    }
  }
}

function checkDriver(simulation: Simulation, driver: DriverNode): void {
  const clients = simulation.clients.filter((client) => client.driver === driver && client.state === 'live');
  const { counters } = driver;
  const expected = [
    ...simulation.plan.medium.streamCounters(driver, clients),
    ...clients
      .filter(({ isKnown }) => isKnown)
      .map(({ aeron }) => describeCounter(HEARTBEAT_TYPE_ID, aeron.clientId, aeron.clientId)),
    ...clients.flatMap(({ aeron, counters: held }) =>
      held
        .filter(({ counter }) => counter.isClientOwned)
        .map(({ counter }) =>
          describeCounter(counters.getCounterTypeId(counter.id), counter.registrationId, aeron.clientId),
        ),
    ),
  ].sort();
  const found: string[] = [];
  counters.forEachMetadata((counterId, typeId) => {
    const ownerId = counters.getCounterOwnerId(counterId);
    if (counterId >= SYSTEM_COUNTERS.length && ownerId !== STATIC_OWNER) {
      found.push(describeCounter(typeId, counters.getCounterRegistrationId(counterId), ownerId));
    }
  });
  found.sort();
  expectThat(
    found.join('\n') === expected.join('\n'),
    () => `counters: found\n${found.join('\n')}\nexpected\n${expected.join('\n')}`,
  );
  checkSystemCounters(driver);
  checkFiles(simulation, driver, clients);
}

function checkSystemCounters({ counters, wasHeldUp, isCountUncertain, expectedClientTimeouts }: DriverNode): void {
  for (const { id, label } of SYSTEM_COUNTERS) {
    const isThere = counters.getCounterState(id) === CounterState.ALLOCATED;
    expectThat(isThere, () => `system counter is gone: id=${id} label=${label}`);
    const value = counters.getCounterValue(id);
    expectThat(value >= 0, () => `system counter: label=${label} value=${value}`);
  }
  const timeouts = counters.getCounterValue(SystemCounterId.CLIENT_TIMEOUTS);
  const isRight = timeouts === expectedClientTimeouts || wasHeldUp || isCountUncertain;
  expectThat(isRight, () => `client timeouts: counted=${timeouts} expected=${expectedClientTimeouts}`);
}

function checkFiles({ world }: Simulation, { options, counters }: DriverNode, clients: readonly ClientNode[]): void {
  const { disk } = world.host(options.hostName);
  const inUse = new Set(
    clients.flatMap(({ publishers }) => publishers.map(({ publication }) => publication.logBuffers.path)),
  );
  const found = ['publications', 'images'].flatMap((folder) => {
    const path = `${options.directory}/${folder}`;
    return disk.find(path) === undefined ? [] : disk.list(path).map((name) => `${path}/${name}`);
  });
  const isSame = found.length === inUse.size && found.every((path) => inUse.has(path));
  expectThat(isSame, () => `log files: found=${found.join(' ')} inUse=${[...inUse].join(' ')}`);
  const lengths = [...found, `${options.directory}/cnc.dat`, `${options.directory}/loss-report.dat`].map(
    (path) => disk.file('open', path).length,
  );
  const mapped = counters.getCounterValue(SystemCounterId.BYTES_CURRENTLY_MAPPED);
  const expected = lengths.reduce((sum, length) => sum + length, 0);
  expectThat(mapped === expected, () => `bytes mapped: counted=${mapped} expected=${expected}`);
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
