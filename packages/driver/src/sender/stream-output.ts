// SPDX-License-Identifier: Apache-2.0
/**
 * Where the frames of one publication go: to the end point's destinations, or, of a response publication, to the requester that
 * asked for its SETUP last; to nobody before one has.
 *
 * @hot
 */
import type { AtomicBuffer, SocketAddress } from '@aeron/core/internal';
import type { SendEndpoint } from './send-endpoint.ts';
import type { TermRun } from './term-run.ts';

export class StreamOutput {
  readonly endpoint: SendEndpoint;
  readonly isResponse: boolean;
  #requester: SocketAddress | undefined;

  constructor(endpoint: SendEndpoint, isResponse: boolean) {
    this.endpoint = endpoint;
    this.isResponse = isResponse;
    this.#requester = undefined;
  }

  /** @returns bytes accepted; anything but `length` is a short send. */
  send(buffer: AtomicBuffer, offset: number, length: number): number {
    if (!this.isResponse) {
      return this.endpoint.send(buffer, offset, length);
    }
    const requester = this.#requester;
    return requester === undefined ? 0 : this.endpoint.sendTo(buffer, offset, length, requester);
  }

  /** Datagrams of a run that leave by one call. */
  get runLimit(): number {
    return this.endpoint.runLimit;
  }

  /** Bytes that may leave in one pass. */
  get burstLength(): number {
    return this.endpoint.sockets.data.burstLength;
  }

  /** @returns how many datagrams of the run were accepted; anything but all is a short send. */
  sendRun(buffer: AtomicBuffer, offset: number, run: TermRun): number {
    if (!this.isResponse) {
      return this.endpoint.sendRun(buffer, offset, run);
    }
    const requester = this.#requester;
    return requester === undefined ? 0 : this.endpoint.sendRunTo(buffer, offset, run, requester);
  }

  /** Somebody asked for a SETUP: a response goes there from now on. */
  onSetupRequested(address: string, port: number): void {
    if (this.isResponse && (this.#requester?.address !== address || this.#requester.port !== port)) {
      this.#setRequester(address, port);
    }
  }

  /** @cold */
  #setRequester(address: string, port: number): void {
    this.#requester = { family: address.includes(':') ? 'IPv6' : 'IPv4', address, port };
  }
}
