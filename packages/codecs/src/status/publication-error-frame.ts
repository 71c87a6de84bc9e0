// SPDX-License-Identifier: Apache-2.0
/** What a receiver said against a publication, as the publication's owner is told. Client conductor thread. */
import { type ErrorCodeName, errorCodeName } from '../command/error-code.ts';
import type { OnPublicationErrorFlyweight } from '../command/generated/on-publication-error.ts';
import { formatIpAddress, IPV4_ADDRESS_LENGTH, IPV6_ADDRESS_LENGTH } from '../protocol/ip-address.ts';
import { AddressType } from '../protocol/resolution-entry.ts';

/** Where an error frame came from. */
export interface SourceAddress {
  readonly address: string;
  readonly port: number;
}

/** A frozen record, so that it may be kept. @source aeron-client/PublicationErrorFrame */
export interface PublicationErrorFrame {
  /** Of the publication. */
  readonly registrationId: number;
  /** -1 unless destinations were added by hand. */
  readonly destinationRegistrationId: number;
  readonly sessionId: number;
  readonly streamId: number;
  readonly receiverId: bigint;
  /** -1 when the receiver has none. */
  readonly groupTag: bigint;
  /** The number as received, also one that this version does not know. */
  readonly errorCodeValue: number;
  readonly errorCode: ErrorCodeName;
  readonly errorMessage: string;
  /** Undefined when the kind of address is not known. */
  readonly sourceAddress: SourceAddress | undefined;
}

/** What a receiver reported. @param message validated. */
export function publicationErrorFrame(message: OnPublicationErrorFlyweight): PublicationErrorFrame {
  return Object.freeze({
    registrationId: message.registrationId,
    destinationRegistrationId: message.destinationRegistrationId,
    sessionId: message.sessionId,
    streamId: message.streamId,
    receiverId: message.receiverId,
    groupTag: message.groupTag,
    errorCodeValue: message.errorCode,
    errorCode: errorCodeName(message.errorCode),
    errorMessage: message.message,
    sourceAddress: sourceAddress(message),
  });
}

/** Writes the address that an error frame came from: type, port and bytes. @param address 4 or 16 bytes. */
export function putSourceAddress(message: OnPublicationErrorFlyweight, address: Uint8Array, port: number): void {
  if (address.length !== IPV4_ADDRESS_LENGTH && address.length !== IPV6_ADDRESS_LENGTH) {
    throw new RangeError(`an address has 4 or 16 bytes: length=${address.length}`);
  }
  message.addressType = address.length === IPV4_ADDRESS_LENGTH ? AddressType.IPV4 : AddressType.IPV6;
  message.sourcePort = port;
  message.sourceAddress = address;
}

function sourceAddress(message: OnPublicationErrorFlyweight): SourceAddress | undefined {
  const { addressType, sourcePort: port, sourceAddress: bytes } = message;
  switch (addressType) {
    case AddressType.IPV4:
      return Object.freeze({ address: formatIpAddress(bytes.subarray(0, IPV4_ADDRESS_LENGTH)), port });
    case AddressType.IPV6:
      return Object.freeze({ address: formatIpAddress(bytes), port });
    default:
      return undefined;
  }
}
