// SPDX-License-Identifier: Apache-2.0
/**
 * The channel end points of one direction, and which of them serves a channel: the one with its tag, else the one with its
 * canonical form. Conductor only.
 */
import { ErrorCode } from '@aeron/codecs/internal';
import type { UdpChannel } from '../../media/udp-channel.ts';
import { ControlProtocolError } from '../control-protocol-error.ts';
import type { EndpointStatus } from './endpoint-status.ts';

/** What the registry knows of an end point. */
export interface RegisteredEndpoint {
  readonly endpointId: number;
  readonly channel: UdpChannel;
  readonly status: EndpointStatus;
  /**
   * Whether the channel carries the tag of this end point.
   *
   * @throws AeronError INVALID_ARGUMENT when it does, and yet asks for something else.
   */
  matchesTag(channel: UdpChannel): boolean;
}

/** @source aeron-driver/DriverConductor (sendChannelEndpointByChannelMap, receiveChannelEndpointByChannelMap) */
export class EndpointRegistry<Endpoint extends RegisteredEndpoint> {
  readonly #kind: string;
  readonly #endpoints: Endpoint[] = [];

  /** @param kind of end point, for messages. */
  constructor(kind: string) {
    this.#kind = kind;
  }

  get items(): readonly Endpoint[] {
    return this.#endpoints;
  }

  add(endpoint: Endpoint): void {
    this.#endpoints.push(endpoint);
  }

  /** @returns the end point, no longer registered. */
  remove(endpointId: number): Endpoint | undefined {
    const index = this.#endpoints.findIndex((endpoint) => endpoint.endpointId === endpointId);
    return index < 0 ? undefined : this.#endpoints.splice(index, 1)[0];
  }

  byId(endpointId: number): Endpoint | undefined {
    return this.#endpoints.find((endpoint) => endpoint.endpointId === endpointId);
  }

  byTag(channel: UdpChannel): Endpoint | undefined {
    return this.#endpoints.find((endpoint) => endpoint.status.state !== 'ERRORED' && endpoint.matchesTag(channel));
  }

  /**
   * The end point that serves the channel, if it exists.
   *
   * @throws ControlProtocolError RESOURCE_TEMPORARILY_UNAVAILABLE while it closes.
   * @throws AeronError as `matchesTag`.
   */
  find(channel: UdpChannel): Endpoint | undefined {
    const found = (channel.tag === undefined ? undefined : this.byTag(channel)) ?? this.#byCanonicalForm(channel);
    if (found !== undefined) {
      this.refuseIfClosing(found);
    }
    return found;
  }

  /** @throws ControlProtocolError RESOURCE_TEMPORARILY_UNAVAILABLE while the end point closes. */
  refuseIfClosing(endpoint: Endpoint): void {
    if (endpoint.status.state === 'CLOSING') {
      throw new ControlProtocolError(
        ErrorCode.RESOURCE_TEMPORARILY_UNAVAILABLE,
        `${this.#kind} found in CLOSING state, please retry: channel=${endpoint.channel.uri}`,
      );
    }
  }

  /** One with another tag is meant to be another one. */
  #byCanonicalForm({ canonicalForm, tag }: UdpChannel): Endpoint | undefined {
    return this.#endpoints.find(
      ({ channel, status }) =>
        channel.canonicalForm === canonicalForm &&
        status.state !== 'ERRORED' &&
        (channel.tag === undefined || tag === undefined || channel.tag === tag),
    );
  }
}
