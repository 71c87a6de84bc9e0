// SPDX-License-Identifier: Apache-2.0
/**
 * The destinations of an end point that sends each datagram to several (multi-destination cast). Sender's thread.
 *
 *     manual   added and removed by commands; each learns its receiver's id from the first status message that comes from its
 *              address, and is known by id and port from then on; never times out, but its name is looked up again after a
 *              silence
 *     dynamic  whoever sends a valid status message is added, known by id and port, and forgotten after a silence
 *
 * @hot
 * @source aeron-driver/MultiSndDestination
 */
import type { AtomicBuffer, AtomicCounter, Clock, SocketAddress } from '@aeron/core/internal';
import type { TermRun } from './term-run.ts';

/** Silence after which a destination is dropped, or its name is looked up again. */
export const DESTINATION_TIMEOUT_NS = 5_000_000_000;
/** Destinations that status messages can add to one end point; those beyond are served when others have left. */
export const MAX_DYNAMIC_DESTINATIONS = 4096;
/** No destination, for who asks which one a frame came from. */
export const NO_DESTINATION = -1;

/** Where the datagrams really go: the end point's socket. Never throws. */
export interface DestinationSocket {
  /** @returns bytes accepted. */
  sendDatagram(buffer: AtomicBuffer, offset: number, length: number, address: SocketAddress): number;
  /** @returns how many datagrams of the run were accepted. */
  sendDatagrams(buffer: AtomicBuffer, offset: number, run: TermRun, address: SocketAddress): number;
}

interface Destination {
  /** Id by which a client knows it; `NO_DESTINATION` for one that came by itself. */
  readonly destinationId: number;
  /** The name that was resolved; empty for one that came by itself. */
  readonly endpoint: string;
  /** Undefined while its name can't be resolved. */
  address: SocketAddress | undefined;
  receiverIdLow: number;
  receiverIdHigh: number;
  isReceiverIdKnown: boolean;
  lastActivityNs: number;
}

export class MultiDestination {
  readonly mode: 'manual' | 'dynamic';
  readonly #destinations: Destination[] = [];
  readonly #clock: Clock;
  readonly #countIndicator: AtomicCounter | undefined;
  #startIndex = 0;

  /**
   * @param clock the time of this pass.
   * @param countIndicator `mdc-num-dest`.
   */
  constructor(mode: 'manual' | 'dynamic', clock: Clock, countIndicator: AtomicCounter | undefined) {
    this.mode = mode;
    this.#clock = clock;
    this.#countIndicator = countIndicator;
  }

  get count(): number {
    return this.#destinations.length;
  }

  /**
   * Sends one datagram to every destination, beginning with another one each time.
   *
   * @returns the fewest bytes that any destination accepted; `length` when there is none, or none that is resolved.
   */
  send(socket: DestinationSocket, buffer: AtomicBuffer, offset: number, length: number): number {
    const count = this.#destinations.length;
    const start = this.#startIndex < count ? this.#startIndex : 0;
    this.#startIndex = start + 1;
    let result = length;
    let hasSilent = false;
    for (let i = 0, index = start; i < count; i++) {
      const destination = this.#destinations[index] as Destination;
      const { address } = destination;
      if (this.mode === 'dynamic' && this.#isSilent(destination)) {
        hasSilent = true;
      } else if (address !== undefined) {
        result = Math.min(result, socket.sendDatagram(buffer, offset, length, address));
      }
      index = index + 1 === count ? 0 : index + 1;
    }
    if (hasSilent) {
      this.#removeSilent();
    }
    return result;
  }

  /**
   * Sends a run of datagrams to every destination, beginning with another one each time.
   *
   * @returns the fewest that any destination accepted; all when there is none, or none that is resolved.
   */
  sendRun(socket: DestinationSocket, buffer: AtomicBuffer, offset: number, run: TermRun): number {
    const count = this.#destinations.length;
    const start = this.#startIndex < count ? this.#startIndex : 0;
    this.#startIndex = start + 1;
    let result = run.count;
    let hasSilent = false;
    for (let i = 0, index = start; i < count; i++) {
      const destination = this.#destinations[index] as Destination;
      const { address } = destination;
      if (this.mode === 'dynamic' && this.#isSilent(destination)) {
        hasSilent = true;
      } else if (address !== undefined) {
        result = Math.min(result, socket.sendDatagrams(buffer, offset, run, address));
      }
      index = index + 1 === count ? 0 : index + 1;
    }
    if (hasSilent) {
      this.#removeSilent();
    }
    return result;
  }

  /** A status message that is valid came from a receiver, whatever stream it is for. */
  onStatusMessage(idLow: number, idHigh: number, sourceAddress: string, sourcePort: number): void {
    const index = this.#indexOf(idLow, idHigh, sourceAddress, sourcePort);
    if (index < 0) {
      if (this.mode === 'dynamic') {
        this.#addReceiver(idLow, idHigh, sourceAddress, sourcePort);
      }
      return;
    }
    const destination = this.#destinations[index] as Destination;
    destination.lastActivityNs = this.#clock.nanoTime();
    if (!destination.isReceiverIdKnown) {
      destination.receiverIdLow = idLow;
      destination.receiverIdHigh = idHigh;
      destination.isReceiverIdKnown = true;
    }
  }

  /** @returns the id of the destination that a frame of this receiver came from, or `NO_DESTINATION`. */
  destinationIdOf(idLow: number, idHigh: number, sourceAddress: string, sourcePort: number): number {
    const index = this.mode === 'manual' ? this.#indexOf(idLow, idHigh, sourceAddress, sourcePort) : -1;
    return index < 0 ? NO_DESTINATION : (this.#destinations[index] as Destination).destinationId;
  }

  /**
   * By command.
   *
   * @cold
   */
  add(destinationId: number, endpoint: string, address: SocketAddress | undefined): void {
    this.#destinations.push({
      destinationId,
      endpoint,
      address,
      receiverIdLow: 0,
      receiverIdHigh: 0,
      isReceiverIdKnown: false,
      lastActivityNs: this.#clock.nanoTime(),
    });
    this.#showCount();
  }

  /**
   * By command: the first one with that name, else with that address.
   *
   * @cold
   */
  remove(endpoint: string, address: SocketAddress | undefined): boolean {
    const byName = this.#destinations.findIndex((destination) => destination.endpoint === endpoint);
    const index =
      byName >= 0 || address === undefined
        ? byName
        : this.#destinations.findIndex((destination) => isSameAddress(destination.address, address));
    return this.#removeAt(index);
  }

  /**
   * By command.
   *
   * @cold
   */
  removeById(destinationId: number): boolean {
    return this.#removeAt(this.#destinations.findIndex((destination) => destination.destinationId === destinationId));
  }

  /**
   * A name was resolved anew.
   *
   * @cold
   */
  onResolved(endpoint: string, address: SocketAddress): void {
    for (const destination of this.#destinations) {
      if (destination.endpoint === endpoint) {
        destination.address = address;
      }
    }
  }

  /**
   * Names each manual destination that has been silent; one that is named counts as heard of, so as to be named again only
   * after another silence.
   *
   * @cold
   */
  checkReResolution(
    onSilent: (destinationId: number, endpoint: string, address: SocketAddress | undefined) => void,
  ): void {
    if (this.mode === 'dynamic') {
      return;
    }
    for (const destination of this.#destinations) {
      if (this.#isSilent(destination)) {
        destination.lastActivityNs = this.#clock.nanoTime();
        onSilent(destination.destinationId, destination.endpoint, destination.address);
      }
    }
  }

  #indexOf(idLow: number, idHigh: number, sourceAddress: string, sourcePort: number): number {
    for (let i = 0; i < this.#destinations.length; i++) {
      const { address, isReceiverIdKnown, receiverIdLow, receiverIdHigh } = this.#destinations[i] as Destination;
      if (address === undefined || address.port !== sourcePort) {
        continue;
      }
      if (
        isReceiverIdKnown ? receiverIdLow === idLow && receiverIdHigh === idHigh : address.address === sourceAddress
      ) {
        return i;
      }
    }
    return -1;
  }

  /** @cold */
  #addReceiver(idLow: number, idHigh: number, sourceAddress: string, port: number): void {
    if (this.#destinations.length >= MAX_DYNAMIC_DESTINATIONS) {
      this.#removeSilent();
      if (this.#destinations.length >= MAX_DYNAMIC_DESTINATIONS) {
        return;
      }
    }
    this.#destinations.push({
      destinationId: NO_DESTINATION,
      endpoint: '',
      address: { family: sourceAddress.includes(':') ? 'IPv6' : 'IPv4', address: sourceAddress, port },
      receiverIdLow: idLow,
      receiverIdHigh: idHigh,
      isReceiverIdKnown: true,
      lastActivityNs: this.#clock.nanoTime(),
    });
    this.#showCount();
  }

  #isSilent(destination: Destination): boolean {
    return destination.lastActivityNs + DESTINATION_TIMEOUT_NS < this.#clock.nanoTime();
  }

  #removeSilent(): void {
    for (let i = this.#destinations.length - 1; i >= 0; i--) {
      if (this.#isSilent(this.#destinations[i] as Destination)) {
        this.#removeAt(i);
      }
    }
  }

  #removeAt(index: number): boolean {
    const last = this.#destinations.length - 1;
    if (index < 0 || index > last) {
      return false;
    }
    this.#destinations[index] = this.#destinations[last] as Destination;
    this.#destinations.pop();
    this.#showCount();
    return true;
  }

  #showCount(): void {
    this.#countIndicator?.set(this.#destinations.length);
  }
}

function isSameAddress(one: SocketAddress | undefined, other: SocketAddress): boolean {
  return one !== undefined && one.address === other.address && one.port === other.port;
}
