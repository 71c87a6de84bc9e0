// SPDX-License-Identifier: Apache-2.0
/**
 * By which transports an image gets its stream, and where its answers go: one entry on a plain channel, one for each
 * destination that carried the stream on a multi-destination subscription. Receiver's thread.
 *
 * @hot
 */
import type { SocketAddress } from '@aeron/core/internal';

/** Before any time that is ever compared with it. */
const NEVER_NS = -Number.MAX_SAFE_INTEGER;

/** The transports of an end point, by index. */
export interface TransportSlots {
  /** One more than the highest index in use. */
  readonly transportCount: number;
  hasTransport(transportIndex: number): boolean;
}

/** @source aeron-driver/ImageConnection */
export class ImageConnection {
  /** Where status messages and NAKs go to. */
  readonly controlAddress: SocketAddress;
  lastActivityNs: number;
  lastFrameNs: number;
  /** Where the stream ends by this transport. */
  eosPosition: number;
  isEos: boolean;

  constructor(controlAddress: SocketAddress, nowNs: number) {
    this.controlAddress = controlAddress;
    this.lastActivityNs = nowNs;
    this.lastFrameNs = NEVER_NS;
    this.eosPosition = 0;
    this.isEos = false;
  }
}

export class ImageConnections {
  /** By transport index. */
  readonly #connections: (ImageConnection | undefined)[];

  constructor() {
    this.#connections = [];
  }

  /** One more than the highest transport index that was ever used. */
  get length(): number {
    return this.#connections.length;
  }

  at(transportIndex: number): ImageConnection | undefined {
    return this.#connections[transportIndex];
  }

  /** @cold */
  add(transportIndex: number, controlAddress: SocketAddress, nowNs: number): ImageConnection {
    const connection = new ImageConnection(controlAddress, nowNs);
    while (this.#connections.length < transportIndex) {
      this.#connections.push(undefined);
    }
    this.#connections[transportIndex] = connection;
    return connection;
  }

  /** The destination was removed. */
  remove(transportIndex: number): void {
    if (transportIndex < this.#connections.length) {
      this.#connections[transportIndex] = undefined;
    }
  }

  /** Whether the stream has ended by every transport there is: one that has not carried it yet may still do so. */
  areAllEos(transports: TransportSlots): boolean {
    const count = Math.max(this.#connections.length, transports.transportCount);
    for (let i = 0; i < count; i++) {
      const connection = this.#connections[i];
      if (connection === undefined ? transports.hasTransport(i) : !connection.isEos) {
        return false;
      }
    }
    return true;
  }

  /** The furthest end that any transport told of. */
  eosPosition(): number {
    let position = 0;
    for (let i = 0; i < this.#connections.length; i++) {
      position = Math.max(position, this.#connections[i]?.eosPosition ?? 0);
    }
    return position;
  }

  /** Transports that carried a frame after `sinceNs`. */
  countActive(sinceNs: number): number {
    let count = 0;
    for (let i = 0; i < this.#connections.length; i++) {
      const connection = this.#connections[i];
      if (connection !== undefined && connection.lastFrameNs > sinceNs) {
        count++;
      }
    }
    return count;
  }
}
