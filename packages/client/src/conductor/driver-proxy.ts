// SPDX-License-Identifier: Apache-2.0
/**
 * Sends commands to the driver: encodes each aside, then puts it into the ring in one go, so that a failure while encoding
 * leaves nothing behind. Every sender returns the command's correlation id at once; answers come by broadcast.
 *
 * @source aeron-client/DriverProxy
 */
import {
  AddCounterFlyweight,
  AddPublicationFlyweight,
  AddStaticCounterFlyweight,
  AddSubscriptionFlyweight,
  CORRELATED_COMMAND_MIN_LENGTH,
  CommandId,
  type CommandName,
  CorrelatedCommandFlyweight,
  DestinationCommandFlyweight,
  type Flyweight,
  GET_NEXT_AVAILABLE_SESSION_ID_MIN_LENGTH,
  GetNextAvailableSessionIdFlyweight,
  REMOVE_COUNTER_MIN_LENGTH,
  REMOVE_DESTINATION_BY_ID_MIN_LENGTH,
  REMOVE_PUBLICATION_BLOCK_LENGTH,
  REMOVE_SUBSCRIPTION_MIN_LENGTH,
  RejectImageFlyweight,
  RemoveCounterFlyweight,
  RemoveDestinationByIdFlyweight,
  RemovePublicationFlyweight,
  RemoveSubscriptionFlyweight,
} from '@aeron/codecs/internal';
import { AeronError, AtomicBuffer } from '@aeron/core';
import type { ManyToOneRingBuffer } from '@aeron/core/internal';

const NULL_VALUE = -1;

/** Every command starts with these two. */
interface CommandFlyweight extends Flyweight {
  clientId: number;
  correlationId: number;
}

/** What a counter is to be called. */
export interface CounterFacts {
  readonly typeId: number;
  readonly key: Uint8Array;
  readonly label: string;
}

export type DestinationCommandName = Extract<
  CommandName,
  'ADD_DESTINATION' | 'REMOVE_DESTINATION' | 'ADD_RCV_DESTINATION' | 'REMOVE_RCV_DESTINATION'
>;

export class DriverProxy {
  readonly clientId: number;
  readonly #ring: ManyToOneRingBuffer;

  constructor(ring: ManyToOneRingBuffer, clientId: number) {
    this.#ring = ring;
    this.clientId = clientId;
  }

  /** When the driver last showed that it lives, epoch ms; 0 before the first time, -1 after it ended in order. */
  get driverHeartbeatMs(): number {
    return this.#ring.consumerHeartbeatTimeMs;
  }

  /** An id that nobody else who talks to this driver has or will have. */
  nextCorrelationId(): number {
    return this.#ring.nextCorrelationId();
  }

  addPublication(channel: string, streamId: number): number {
    return this.#addPublication('ADD_PUBLICATION', channel, streamId);
  }

  addExclusivePublication(channel: string, streamId: number): number {
    return this.#addPublication('ADD_EXCLUSIVE_PUBLICATION', channel, streamId);
  }

  removePublication(registrationId: number, revoke: boolean): number {
    const command = allocate(new RemovePublicationFlyweight(), REMOVE_PUBLICATION_BLOCK_LENGTH);
    command.registrationId = registrationId;
    command.revokeFlag = revoke;
    return this.#send('REMOVE_PUBLICATION', command);
  }

  addSubscription(channel: string, streamId: number): number {
    const command = allocate(new AddSubscriptionFlyweight(), AddSubscriptionFlyweight.computeLength(channel.length));
    command.registrationCorrelationId = NULL_VALUE;
    command.streamId = streamId;
    command.channel = channel;
    return this.#send('ADD_SUBSCRIPTION', command);
  }

  removeSubscription(registrationId: number): number {
    const command = allocate(new RemoveSubscriptionFlyweight(), REMOVE_SUBSCRIPTION_MIN_LENGTH);
    command.registrationId = registrationId;
    return this.#send('REMOVE_SUBSCRIPTION', command);
  }

  /** @param registrationId of the publication or subscription. */
  destination(name: DestinationCommandName, registrationId: number, channel: string): number {
    const command = allocate(
      new DestinationCommandFlyweight(),
      DestinationCommandFlyweight.computeLength(channel.length),
    );
    command.resourceRegistrationId = registrationId;
    command.channel = channel;
    return this.#send(name, command);
  }

  removeDestinationById(registrationId: number, destinationRegistrationId: number): number {
    const command = allocate(new RemoveDestinationByIdFlyweight(), REMOVE_DESTINATION_BY_ID_MIN_LENGTH);
    command.resourceRegistrationId = registrationId;
    command.destinationRegistrationId = destinationRegistrationId;
    return this.#send('REMOVE_DESTINATION_BY_ID', command);
  }

  addCounter({ typeId, key, label }: CounterFacts): number {
    const command = allocate(new AddCounterFlyweight(), AddCounterFlyweight.computeLength(key.length, label.length));
    command.typeId = typeId;
    command.key = key;
    command.label = label;
    return this.#send('ADD_COUNTER', command);
  }

  addStaticCounter({ typeId, key, label }: CounterFacts, registrationId: bigint): number {
    const command = allocate(
      new AddStaticCounterFlyweight(),
      AddStaticCounterFlyweight.computeLength(key.length, label.length),
    );
    command.registrationId = registrationId;
    command.typeId = typeId;
    command.key = key;
    command.label = label;
    return this.#send('ADD_STATIC_COUNTER', command);
  }

  removeCounter(registrationId: number): number {
    const command = allocate(new RemoveCounterFlyweight(), REMOVE_COUNTER_MIN_LENGTH);
    command.registrationId = registrationId;
    return this.#send('REMOVE_COUNTER', command);
  }

  /** @param position where the client stopped, stream bytes. */
  rejectImage(imageCorrelationId: number, position: number, reason: string): number {
    const command = allocate(new RejectImageFlyweight(), RejectImageFlyweight.computeLength(reason.length));
    command.imageCorrelationId = imageCorrelationId;
    command.position = position;
    command.reason = reason;
    return this.#send('REJECT_IMAGE', command);
  }

  nextAvailableSessionId(streamId: number): number {
    const command = allocate(new GetNextAvailableSessionIdFlyweight(), GET_NEXT_AVAILABLE_SESSION_ID_MIN_LENGTH);
    command.streamId = streamId;
    return this.#send('GET_NEXT_AVAILABLE_SESSION_ID', command);
  }

  /** Tells the driver that this client is gone; there is no answer. */
  clientClose(): void {
    const command = allocate(new CorrelatedCommandFlyweight(), CORRELATED_COMMAND_MIN_LENGTH);
    this.#send('CLIENT_CLOSE', command, NULL_VALUE);
  }

  #addPublication(name: CommandName, channel: string, streamId: number): number {
    const command = allocate(new AddPublicationFlyweight(), AddPublicationFlyweight.computeLength(channel.length));
    command.streamId = streamId;
    command.channel = channel;
    return this.#send(name, command);
  }

  #send(name: CommandName, command: CommandFlyweight, correlationId = this.#ring.nextCorrelationId()): number {
    const { buffer } = command;
    command.clientId = this.clientId;
    command.correlationId = correlationId;
    if (!this.#ring.write(CommandId[name], buffer, 0, buffer.capacity)) {
      throw new AeronError('INSUFFICIENT_CAPACITY', `the driver's command buffer is full: command=${name}`);
    }
    return correlationId;
  }
}

function allocate<F extends Flyweight>(flyweight: F, length: number): F {
  return flyweight.wrap(AtomicBuffer.allocate(length), 0);
}
