// SPDX-License-Identifier: Apache-2.0
/**
 * Messages between clients and driver in words. The keys are the reference's; a message that is cut short is `...`. What a token
 * was, nobody is told: the record does not have it either.
 *
 * @source aeron-driver/DriverAdminCommandBinaryRenderer
 */
import {
  AddCounterFlyweight,
  COMMANDS,
  type DissectedFields,
  EVENTS,
  errorCodeName,
  type MessageLayout,
  REMOVE_PUBLICATION_FLAGS_OFFSET,
  TERMINATE_DRIVER_TOKEN_LENGTH_OFFSET,
} from '@aeron/codecs/internal';
import { AtomicBuffer } from '@aeron/core/internal';
import { hexDump } from './hex-dump.ts';
import { bare } from './plain-text.ts';

const CUT = '...';
const REVOKE_LENGTH = REMOVE_PUBLICATION_FLAGS_OFFSET + 8;
const CLIENT = 'clientId correlationId';
const DESTINATION = `registrationCorrelationId=resourceRegistrationId ${CLIENT} channel`;
const REGISTRATION = `registrationId ${CLIENT}`;
const READY =
  'sessionId streamId publicationLimitCounterId channelStatusCounterId correlationId registrationId logFileName';

interface CommandLine {
  readonly message: string;
  /** `key` or `key=field`, in the order of the line. */
  readonly keys: string;
}

/** Log event → the message that it carries, and its line. */
const LINES: Readonly<Record<string, CommandLine>> = {
  CMD_IN_ADD_PUBLICATION: { message: 'ADD_PUBLICATION', keys: `streamId ${CLIENT} channel` },
  CMD_IN_ADD_EXCLUSIVE_PUBLICATION: { message: 'ADD_EXCLUSIVE_PUBLICATION', keys: `streamId ${CLIENT} channel` },
  CMD_IN_REMOVE_PUBLICATION: { message: 'REMOVE_PUBLICATION', keys: REGISTRATION },
  CMD_IN_ADD_SUBSCRIPTION: {
    message: 'ADD_SUBSCRIPTION',
    keys: `streamId registrationCorrelationId ${CLIENT} channel`,
  },
  CMD_IN_REMOVE_SUBSCRIPTION: { message: 'REMOVE_SUBSCRIPTION', keys: REGISTRATION },
  CMD_IN_KEEPALIVE_CLIENT: { message: 'CLIENT_KEEPALIVE', keys: CLIENT },
  CMD_IN_CLIENT_CLOSE: { message: 'CLIENT_CLOSE', keys: CLIENT },
  CMD_IN_ADD_DESTINATION: { message: 'ADD_DESTINATION', keys: DESTINATION },
  CMD_IN_REMOVE_DESTINATION: { message: 'REMOVE_DESTINATION', keys: DESTINATION },
  CMD_IN_ADD_RCV_DESTINATION: { message: 'ADD_RCV_DESTINATION', keys: DESTINATION },
  CMD_IN_REMOVE_RCV_DESTINATION: { message: 'REMOVE_RCV_DESTINATION', keys: DESTINATION },
  CMD_IN_REMOVE_DESTINATION_BY_ID: {
    message: 'REMOVE_DESTINATION_BY_ID',
    keys: 'resourceRegistrationId destinationRegistrationId',
  },
  CMD_IN_ADD_COUNTER: {
    message: 'ADD_COUNTER',
    keys: `typeId keyBufferOffset keyBufferLength labelBufferOffset labelBufferLength ${CLIENT}`,
  },
  CMD_IN_REMOVE_COUNTER: { message: 'REMOVE_COUNTER', keys: REGISTRATION },
  CMD_IN_TERMINATE_DRIVER: { message: 'TERMINATE_DRIVER', keys: 'clientId tokenBufferLength' },
  CMD_IN_REJECT_IMAGE: { message: 'REJECT_IMAGE', keys: `${CLIENT} imageCorrelationId position reason` },
  CMD_OUT_PUBLICATION_READY: { message: 'ON_PUBLICATION_READY', keys: READY },
  CMD_OUT_EXCLUSIVE_PUBLICATION_READY: { message: 'ON_EXCLUSIVE_PUBLICATION_READY', keys: READY },
  CMD_OUT_AVAILABLE_IMAGE: {
    message: 'ON_AVAILABLE_IMAGE',
    keys: 'sessionId streamId subscriberPositionId subscriptionRegistrationId correlationId sourceIdentity logFileName',
  },
  CMD_OUT_ON_UNAVAILABLE_IMAGE: {
    message: 'ON_UNAVAILABLE_IMAGE',
    keys: 'streamId correlationId subscriptionRegistrationId channel',
  },
  CMD_OUT_ON_OPERATION_SUCCESS: { message: 'ON_OPERATION_SUCCESS', keys: 'correlationId' },
  CMD_OUT_ERROR: { message: 'ON_ERROR', keys: 'offendingCommandCorrelationId errorCode message' },
  CMD_OUT_SUBSCRIPTION_READY: { message: 'ON_SUBSCRIPTION_READY', keys: 'correlationId channelStatusCounterId' },
  CMD_OUT_COUNTER_READY: { message: 'ON_COUNTER_READY', keys: 'correlationId counterId' },
  CMD_OUT_ON_UNAVAILABLE_COUNTER: { message: 'ON_UNAVAILABLE_COUNTER', keys: 'correlationId counterId' },
  CMD_OUT_ON_CLIENT_TIMEOUT: { message: 'ON_CLIENT_TIMEOUT', keys: 'clientId' },
};

const LAYOUTS: ReadonlyMap<string, MessageLayout> = new Map(
  [...COMMANDS, ...EVENTS].map(({ name, layout }) => [name, layout]),
);

/** @param isContentShown whether hex dumps of a counter's key and label follow. */
export function commandText(event: string, bytes: Uint8Array, isContentShown: boolean): string {
  const line = LINES[event];
  if (line === undefined) {
    return `COMMAND_UNKNOWN: ${event}`;
  }
  const fields = commandFields(event, bytes);
  if (fields === undefined) {
    return CUT;
  }
  const text = line.keys.split(' ').map((key) => {
    const [label = key, field = label] = key.split('=');
    return `${label}=${bare(String(fields[field]))}`;
  });
  if (event === 'CMD_IN_REMOVE_PUBLICATION' && bytes.length >= REVOKE_LENGTH) {
    text.push(`revoke=${fields['revokeFlag']}`);
  }
  return text.join(' ') + (event === 'CMD_IN_ADD_COUNTER' && isContentShown ? counterContent(fields) : '');
}

/** The fields of a message, without what is secret and with the names of codes; undefined when it is cut short. */
export function commandFields(event: string, bytes: Uint8Array): DissectedFields | undefined {
  const layout = LAYOUTS.get(LINES[event]?.message ?? '');
  if (layout === undefined || bytes.length < layout.minLength) {
    return undefined;
  }
  const buffer = new AtomicBuffer(bytes);
  const fields = layout.dissect(buffer, 0, bytes.length);
  if ('problem' in fields) {
    return undefined;
  }
  switch (event) {
    case 'CMD_IN_TERMINATE_DRIVER': {
      const { token: _, ...known } = fields;
      return { ...known, tokenBufferLength: buffer.getInt32(TERMINATE_DRIVER_TOKEN_LENGTH_OFFSET) };
    }
    case 'CMD_IN_ADD_COUNTER':
      return { ...fields, ...counterPlaces(buffer) };
    case 'CMD_OUT_ERROR':
      return { ...fields, errorCode: errorCodeName(Number(fields['errorCode'])) };
    default:
      return fields;
  }
}

function counterPlaces(buffer: AtomicBuffer) {
  const counter = new AddCounterFlyweight().wrap(buffer, 0);
  return {
    keyBufferOffset: counter.keyOffset,
    keyBufferLength: counter.keyLength,
    labelBufferOffset: counter.labelOffset,
    labelBufferLength: counter.labelLength,
  };
}

function counterContent({ key, label }: DissectedFields): string {
  const part = (name: string, content: Uint8Array): string =>
    content.length === 0 ? '' : ` ${name}=\n${hexDump(content)}`;
  const keyBytes = key instanceof Uint8Array ? key : new Uint8Array(0);
  return part('keyBuffer', keyBytes) + part('label', Buffer.from(String(label), 'latin1'));
}
