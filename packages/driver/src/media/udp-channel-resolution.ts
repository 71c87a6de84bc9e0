// SPDX-License-Identifier: Apache-2.0
/**
 * The way from a UDP channel URI to a UdpChannel: parameters, then the addresses of end point and control, then the interface.
 * A step never blocks; call it until the channel is there. Conductor or native-resource agent.
 */
import type { NetworkInterface, SocketAddress } from '@aeron/core/internal';
import { throwInvalidChannel } from '../conductor/control-protocol-error.ts';
import type { NameParameter, NameResolution, NameResolver } from '../naming/name-resolver.ts';
import { AddressResolution } from './address-resolution.ts';
import {
  ANY_INTERFACE,
  addressOfFamily,
  type FoundInterface,
  type InterfaceText,
  namedInterface,
  parseInterfaceText,
  searchInterface,
} from './interface-search.ts';
import { hostAddressText, isMulticastAddress, isWildcardAddress, wildcardAddress } from './ip-addresses.ts';
import { multicastControlAddress } from './multicast-address.ts';
import { canonicalForm, type UdpChannel } from './udp-channel.ts';
import { parseTtl, type UdpChannelParameters, udpChannelParameters } from './udp-channel-parameters.ts';

/** What channels are resolved with; one for a driver. */
export interface UdpChannelContext {
  /** For `endpoint` and `control`. */
  readonly resolver: NameResolver;
  /** For `interface`, which names something of this machine and is no business of a name service of drivers. */
  readonly hostResolver: NameResolver;
  readonly interfaces: () => readonly NetworkInterface[];
  /** For multicast channels that do not say; 0 is the operating system's default. */
  readonly multicastTtl: number;
  /** A number that was not returned before, for channels that must not be taken for each other. */
  readonly nextUniqueNumber: () => number;
}

/** @source aeron-driver/UdpChannel */
export class UdpChannelResolution {
  readonly #context: UdpChannelContext;
  readonly #parameters: UdpChannelParameters;
  readonly #isDestination: boolean;
  readonly #endpoint: AddressResolution | undefined;
  readonly #control: AddressResolution | undefined;
  #interface: { readonly text: InterfaceText; readonly host: NameResolution | undefined } | undefined;
  #channel: UdpChannel | undefined;

  /**
   * @param isDestination whether it is a destination of a multi-destination subscription.
   * @throws ControlProtocolError INVALID_CHANNEL for what the URI alone shows to be wrong.
   */
  constructor(uri: string, isDestination: boolean, context: UdpChannelContext) {
    this.#context = context;
    this.#isDestination = isDestination;
    this.#parameters = udpChannelParameters(uri);
    this.#endpoint = this.#startAddress(this.#parameters.endpointText, 'endpoint');
    this.#control = this.#startAddress(this.#parameters.controlText, 'control');
  }

  /** @throws ControlProtocolError INVALID_CHANNEL for a name without address, or an interface that does not exist. */
  step(): 'pending' | UdpChannel {
    this.#channel ??= this.#tryResolve();
    return this.#channel ?? 'pending';
  }

  #tryResolve(): UdpChannel | undefined {
    const endpoint = this.#stepAddress(this.#endpoint);
    const control = this.#stepAddress(this.#control);
    if (endpoint === 'pending' || control === 'pending') {
      return undefined;
    }
    if (endpoint !== undefined && isMulticastAddress(endpoint.address)) {
      const found = this.#stepInterface(endpoint.family, true);
      return found === undefined ? undefined : this.#multicast(endpoint, found);
    }
    const remote = endpoint ?? anyAddress(control?.family ?? 'IPv4');
    if (control !== undefined) {
      return this.#controlled(remote, control);
    }
    const found = this.#stepInterface(remote.family, false);
    return found === undefined ? undefined : this.#unicast(remote, found);
  }

  #startAddress(text: string | undefined, parameter: NameParameter): AddressResolution | undefined {
    return text === undefined
      ? undefined
      : new AddressResolution({ text, parameter, isReResolution: false }, this.#context.resolver);
  }

  #stepAddress(resolution: AddressResolution | undefined): 'pending' | SocketAddress | undefined {
    const address = resolution?.step();
    if (resolution !== undefined && address === undefined) {
      const { text, parameter } = resolution.request;
      throwInvalidChannel(
        `unresolved - ${parameter}=${text}, name-resolver=${this.#context.resolver.name}: channel=${this.#parameters.uri}`,
      );
    }
    return address;
  }

  /** @returns undefined while the name of its host is looked up. */
  #stepInterface(family: SocketAddress['family'], isMulticast: boolean): FoundInterface | undefined {
    this.#interface ??= this.#startInterface();
    const { text, host } = this.#interface;
    if (text.kind === 'named') {
      return namedInterface(text, family, this.#context.interfaces());
    }
    const resolved = host?.poll();
    if (resolved === 'pending') {
      return undefined;
    }
    if (resolved === undefined) {
      return throwInvalidChannel(
        `unresolved - interface=${this.#parameters.interfaceText}: channel=${this.#parameters.uri}`,
      );
    }
    const address = { ...resolved, port: text.port };
    const prefixLength = text.prefixLength ?? (resolved.family === 'IPv4' ? 32 : 128);
    return searchInterface({ address, prefixLength }, isMulticast, this.#context.interfaces);
  }

  #startInterface() {
    const { interfaceText } = this.#parameters;
    const text = interfaceText === undefined ? ANY_INTERFACE : parseInterfaceText(interfaceText);
    const host = text.kind === 'named' ? undefined : this.#context.hostResolver.resolve(text.host, 'endpoint', false);
    return { text, host };
  }

  #multicast(endpoint: SocketAddress, found: FoundInterface): UdpChannel {
    const { ttlText, uri } = this.#parameters;
    const local = this.#localAddress(endpoint.family, found);
    return this.#build({
      canonicalForm: canonicalForm(`${found.hostText}:${found.address.port}`, this.#hostAndPortText(endpoint)),
      isMulticast: true,
      hasExplicitControl: false,
      remoteData: endpoint,
      localData: local,
      remoteControl: multicastControlAddress(endpoint),
      localControl: local,
      interfaceAddress: local.address,
      interfaceName: found.name,
      multicastTtl: ttlText === undefined ? this.#context.multicastTtl : parseTtl(ttlText, uri),
    });
  }

  #controlled(remote: SocketAddress, control: SocketAddress): UdpChannel {
    const { controlText = '', endpointText } = this.#parameters;
    const remoteText = endpointText ?? this.#hostAndPortText(remote);
    return this.#build({
      canonicalForm: canonicalForm(controlText, remoteText) + this.#uniqueSuffix(control),
      isMulticast: false,
      hasExplicitControl: true,
      remoteData: remote,
      localData: control,
      remoteControl: remote,
      localControl: control,
      interfaceAddress: undefined,
      interfaceName: undefined,
      multicastTtl: 0,
    });
  }

  #unicast(remote: SocketAddress, found: FoundInterface): UdpChannel {
    const localText = `${found.hostText}:${found.address.port}`;
    const remoteText = this.#parameters.endpointText ?? this.#hostAndPortText(remote);
    const local = this.#localAddress(remote.family, found);
    return this.#build({
      canonicalForm: canonicalForm(localText, remoteText) + this.#uniqueSuffix(undefined),
      isMulticast: false,
      hasExplicitControl: false,
      remoteData: remote,
      localData: local,
      remoteControl: remote,
      localControl: local,
      interfaceAddress: found.name === undefined ? undefined : local.address,
      interfaceName: found.name,
      multicastTtl: 0,
    });
  }

  /**
   * A socket has one family, so a wildcard takes that of the end point, and so does an interface that was found by an address
   * of the other family. The canonical form keeps what was found.
   */
  #localAddress(family: SocketAddress['family'], { name, address }: FoundInterface): SocketAddress {
    if (address.family === family) {
      return address;
    }
    if (isWildcardAddress(address.address)) {
      return { family, address: wildcardAddress(family), port: address.port };
    }
    const other = name === undefined ? undefined : addressOfFamily(name, family, this.#context.interfaces());
    return other === undefined ? address : { family, address: other, port: address.port };
  }

  /** The reference keeps the name that an address was resolved from. */
  #hostAndPortText({ address, port }: SocketAddress): string {
    const host = this.#endpoint?.target.host ?? '';
    const isName = host !== '' && !host.includes(':') && !/^[\d.]+$/.test(host);
    return `${isName ? host : hostAddressText(address, undefined)}:${port}`;
  }

  /** Ports that the operating system will pick make two channels differ that are written alike, unless a tag joins them. */
  #uniqueSuffix(control: SocketAddress | undefined): string {
    const endpointPort = this.#endpoint?.target.port;
    const isAmbiguous =
      (endpointPort === undefined && control === undefined) || endpointPort === 0 || control?.port === 0;
    if (this.#isDestination || !isAmbiguous) {
      return '';
    }
    const { tag } = this.#parameters;
    return tag === undefined ? `-${this.#context.nextUniqueNumber()}` : `#${tag}`;
  }

  #build(addresses: ResolvedPart): UdpChannel {
    const { interfaceText: _interfaceText, ttlText: _ttlText, ...parameters } = this.#parameters;
    return { ...parameters, hasExplicitEndpoint: this.#endpoint !== undefined, ...addresses };
  }
}

type ResolvedPart = Omit<UdpChannel, keyof UdpChannelParameters | 'hasExplicitEndpoint'>;

function anyAddress(family: SocketAddress['family']): SocketAddress {
  return { family, address: wildcardAddress(family), port: 0 };
}
