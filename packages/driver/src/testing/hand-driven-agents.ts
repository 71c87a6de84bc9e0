// SPDX-License-Identifier: Apache-2.0
/**
 * Stands for sender and receiver beside a conductor under test: keeps what the conductor asks of them, answers as they would
 * unless told not to, and says to the conductor whatever the test wants. For tests.
 */
import type { SocketAddress } from '@aeron/core/internal';
import type { ConductorCommand, ReceiverCommand, SenderCommand } from '../agents/agent-commands.ts';
import type { DriverQueues } from '../agents/driver-queues.ts';
import { ImageState } from '../shared-state/image-state.ts';
import { PublicationState } from '../shared-state/publication-state.ts';
import { stateSlot } from '../shared-state/state-table.ts';

type Command = SenderCommand | ReceiverCommand;
type Kind = Command['kind'];
type Of<K extends Kind> = Extract<Command, { readonly kind: K }>;

const FIRST_FREE_PORT = 30_000;

export class HandDrivenAgents {
  /** Everything that was asked, oldest first. */
  readonly commands: Command[] = [];
  /** Whether they answer by themselves. */
  isAnswering = true;
  readonly #queues: DriverQueues;
  readonly #stateMemory: SharedArrayBuffer;
  readonly #images = new Map<number, ImageState>();
  #nextPort = FIRST_FREE_PORT;

  constructor(queues: DriverQueues, stateMemory: SharedArrayBuffer) {
    this.#queues = queues;
    this.#stateMemory = stateMemory;
  }

  /** One pass of both. @returns how much was done. */
  work(): number {
    const onSender = (command: SenderCommand): void => this.#on(command);
    const onReceiver = (command: ReceiverCommand): void => this.#on(command);
    const count =
      this.#queues.inbox('to-sender').drain(onSender, 1) + this.#queues.inbox('to-receiver').drain(onReceiver, 1);
    return this.isAnswering ? count + this.#releaseImages() : count;
  }

  /** All commands of one kind so far. */
  of<K extends Kind>(kind: K): Of<K>[] {
    return this.commands.filter((command): command is Of<K> => command.kind === kind);
  }

  /** The last command of one kind. @throws Error when there was none. */
  last<K extends Kind>(kind: K): Of<K> {
    const found = this.of(kind).at(-1);
    if (found === undefined) {
      throw new Error(`no such command: kind=${kind} seen=${this.commands.map((command) => command.kind)}`);
    }
    return found;
  }

  fromSender(event: ConductorCommand): void {
    this.#queues.proxy('from-sender').offer(event);
  }

  fromReceiver(event: ConductorCommand): void {
    this.#queues.proxy('from-receiver').offer(event);
  }

  publicationState(stateIndex: number): PublicationState {
    return new PublicationState(stateSlot(this.#stateMemory, stateIndex));
  }

  imageState(stateIndex: number): ImageState {
    return new ImageState(stateSlot(this.#stateMemory, stateIndex));
  }

  /** The images that the receiver has not let go of. */
  get images(): readonly ImageState[] {
    return [...this.#images.values()];
  }

  #on(command: Command): void {
    this.commands.push(command);
    if (command.kind === 'add-image') {
      this.#images.set(command.image.correlationId, this.imageState(command.image.stateIndex));
    }
    if (this.isAnswering) {
      this.#answer(command);
    }
  }

  #answer(command: Command): void {
    switch (command.kind) {
      case 'open-send-endpoint':
        this.fromSender(this.#opened(command.endpointId, -1, command.channel.localControl));
        break;
      case 'open-receive-endpoint':
        this.fromReceiver(this.#opened(command.endpointId, -1, command.channel.remoteData));
        break;
      case 'add-receive-destination':
        this.fromReceiver(this.#opened(command.endpointId, command.destinationId, command.channel.remoteData));
        break;
      case 'close-send-endpoint':
        this.fromSender({ kind: 'endpoint-closed', endpointId: command.endpointId });
        break;
      case 'close-receive-endpoint':
        this.fromReceiver({ kind: 'endpoint-closed', endpointId: command.endpointId });
        break;
      case 'remove-receive-destination': {
        const { endpointId, destinationId } = command;
        this.fromReceiver({ kind: 'destination-closed', endpointId, destinationId });
        break;
      }
      case 'remove-publication':
        this.fromSender({ kind: 'publication-released', registrationId: command.registrationId });
        break;
      default:
        break;
    }
  }

  #opened(endpointId: number, destinationId: number, { family, address, port }: SocketAddress): ConductorCommand {
    return {
      kind: 'endpoint-opened',
      endpointId,
      destinationId,
      localAddress: { family, address, port: port || this.#nextPort++ },
      socketSendBufferLength: 212_992,
      socketReceiveBufferLength: 212_992,
    };
  }

  #releaseImages(): number {
    let count = 0;
    for (const [correlationId, state] of this.#images) {
      if (state.isClosing) {
        this.#images.delete(correlationId);
        state.hasReceiverReleased = true;
        this.fromReceiver({ kind: 'image-released', correlationId });
        count++;
      }
    }
    return count;
  }
}
