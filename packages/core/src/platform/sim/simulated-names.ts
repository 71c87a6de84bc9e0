// SPDX-License-Identifier: Apache-2.0
/** The name service of a simulated world: a table, with latency and failures. */
import type { NameLookup } from '../ports.ts';
import type { EventQueue } from './event-queue.ts';
import { systemError } from './system-error.ts';

class SimulatedLookup implements NameLookup {
  state: NameLookup['state'] = 'pending';
  addresses: NameLookup['addresses'] = [];
  error: Error | undefined = undefined;
}

/** Shared by all hosts of a world. `localhost` and the names of hosts are there from the start. */
export class SimulatedNameService {
  /** Time that a look-up takes. */
  latencyNs = 1_000_000;
  readonly #events: EventQueue;
  readonly #table = new Map<string, readonly string[]>([['localhost', ['127.0.0.1', '::1']]]);
  readonly #failures = new Map<string, string>();

  constructor(events: EventQueue) {
    this.#events = events;
  }

  set(name: string, addresses: readonly string[]): void {
    this.#table.set(name, addresses);
    this.#failures.delete(name);
  }

  remove(name: string): void {
    this.#table.delete(name);
  }

  /** Look-ups of the name fail with the code, e.g. EAI_AGAIN, until it is set again. */
  fail(name: string, code: string): void {
    this.#failures.set(name, code);
  }

  /** The answer is what the table says when the latency is over. */
  lookup(host: string): NameLookup {
    const lookup = new SimulatedLookup();
    if (isNumeric(host)) {
      resolve(lookup, [host]);
    } else {
      this.#events.add(this.latencyNs, () => this.#answer(host, lookup));
    }
    return lookup;
  }

  #answer(host: string, lookup: SimulatedLookup): void {
    const addresses = this.#table.get(host) ?? [];
    const failure = this.#failures.get(host) ?? (addresses.length === 0 ? 'ENOTFOUND' : undefined);
    if (failure === undefined) {
      resolve(lookup, addresses);
    } else {
      lookup.error = systemError(failure, 'getaddrinfo', host);
      lookup.state = 'failed';
    }
  }
}

function isNumeric(host: string): boolean {
  return host.includes(':') || /^\d+\.\d+\.\d+\.\d+$/.test(host);
}

function resolve(lookup: SimulatedLookup, addresses: readonly string[]): void {
  lookup.addresses = addresses.map((address) => ({ address, family: address.includes(':') ? 'IPv6' : 'IPv4' }));
  lookup.state = 'resolved';
}
