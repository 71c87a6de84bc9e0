// SPDX-License-Identifier: Apache-2.0
/**
 * What sender and receiver tell the conductor: one event of each in a pass. What takes longer is stepped in later passes, beside
 * the commands of clients, and never keeps other events waiting. Conductor only.
 *
 * @source aeron-driver/DriverConductorProxy, aeron-driver/DriverConductor (drainCommandQueue)
 */
import { parseIpAddress } from '@aeron/codecs/internal';
import { AeronError, toError } from '@aeron/core/internal';
import type { ConductorCommand } from '../../agents/agent-commands.ts';
import { agentErrorOf } from '../../agents/agent-error.ts';
import type { AgentInbox } from '../../agents/agent-queue.ts';
import type { Command } from '../commands/command.ts';
import { CreateImage } from './create-image.ts';
import type { NetworkServices } from './network-services.ts';
import { ReResolve } from './re-resolve.ts';
import { bindResponseSession } from './receiver-interest.ts';

/** Events taken from each agent in one pass. */
const EVENT_LIMIT = 1;

type Event<K extends ConductorCommand['kind']> = Extract<ConductorCommand, { readonly kind: K }>;

export class AgentEvents {
  readonly #inboxes: readonly AgentInbox<ConductorCommand>[];
  readonly #services: NetworkServices;
  /** Under way; bounded by what the agents have asked for and not been answered. */
  readonly #tasks: Command[] = [];

  /** @param inboxes one for each agent. */
  constructor(inboxes: readonly AgentInbox<ConductorCommand>[], services: NetworkServices) {
    this.#inboxes = inboxes;
    this.#services = services;
  }

  /** Whether there is an event, or one that is not done with. */
  get hasNews(): boolean {
    for (let i = 0; i < this.#inboxes.length; i++) {
      if (this.#inboxes[i]?.isEmpty === false) {
        return true;
      }
    }
    return this.#tasks.length > 0;
  }

  /** @returns how much was done. */
  doWork(): number {
    let workCount = 0;
    for (let i = 0; i < this.#inboxes.length; i++) {
      workCount += this.#inboxes[i]?.drain(this.#onEvent, EVENT_LIMIT) ?? 0;
    }
    return this.#tasks.length === 0 ? workCount : workCount + this.#stepTasks();
  }

  /** Takes in what the agents said before they ended, so that no error is lost, and drops what is under way. */
  close(): void {
    for (const inbox of this.#inboxes) {
      while (inbox.drain(this.#onLastEvent, EVENT_LIMIT) > 0);
    }
    for (const task of this.#tasks.splice(0)) {
      this.#closeTask(task);
    }
  }

  readonly #onEvent = (event: ConductorCommand): void => {
    try {
      this.#dispatch(event);
    } catch (error) {
      this.#services.onError(toError(error));
    }
  };

  readonly #onLastEvent = (event: ConductorCommand): void => {
    if (event.kind === 'agent-error') {
      this.#services.onError(agentErrorOf(event));
    }
  };

  #dispatch(event: ConductorCommand): void {
    const { sendEndpoints, receiveEndpoints, publications, images, receiver, onError } = this.#services;
    switch (event.kind) {
      case 'endpoint-opened':
        sendEndpoints.onOpened(event);
        receiveEndpoints.onOpened(event);
        break;
      case 'endpoint-failed':
        this.#onEndpointFailed(event);
        break;
      case 'endpoint-closed':
        sendEndpoints.onClosed(event.endpointId);
        receiveEndpoints.onClosed(event.endpointId);
        break;
      case 'destination-closed':
        receiveEndpoints.onDestinationClosed(event.endpointId, event.destinationId);
        break;
      case 'publication-released':
        publications.find(event.registrationId)?.onSenderReleased();
        break;
      case 'image-released':
        images.find(event.correlationId)?.onReceiverReleased();
        break;
      case 'create-image':
        this.#tasks.push(new CreateImage(event, this.#services));
        break;
      case 're-resolve':
        this.#tasks.push(new ReResolve(event, this.#services));
        break;
      case 'send-endpoint-moved':
        sendEndpoints.byId(event.endpointId)?.status.onMoved(event.isConnected);
        break;
      case 'publication-error':
        this.#onPublicationError(event);
        break;
      case 'response-setup':
        this.#onResponseSetup(event);
        break;
      case 'response-connected':
        receiver.send({
          kind: 'response-session',
          correlationId: event.responseCorrelationId,
          responseSessionId: undefined,
        });
        break;
      case 'agent-error':
        onError(agentErrorOf(event));
        break;
    }
  }

  #onEndpointFailed({ endpointId, destinationId, message }: Event<'endpoint-failed'>): void {
    const { sendEndpoints, receiveEndpoints } = this.#services;
    if (!sendEndpoints.onFailed(endpointId, message)) {
      receiveEndpoints.onFailed(endpointId, destinationId, message);
    }
  }

  #onPublicationError(event: Event<'publication-error'>): void {
    const { registrationId, destinationId, sessionId, streamId, receiverId, groupTag, errorCode } = event;
    const { address, port } = event.sourceAddress;
    const text =
      `onPublicationError: registrationId=${registrationId}, destinationRegistrationId=${destinationId}, ` +
      `sessionId=${sessionId}, streamId=${streamId}, receiverId=${receiverId}, groupId=${groupTag}, ` +
      `errorCode=${errorCode}, errorMessage=${event.message}`;
    this.#services.onError(new AeronError('AERON', text, { category: 'WARN' }));
    this.#services.proxy.onPublicationError({
      ...{ registrationId, sessionId, streamId, receiverId, groupTag, errorCode, message: event.message },
      destinationRegistrationId: destinationId,
      sourceAddress: parseIpAddress(address.replace(/%.*$/, '')) ?? new Uint8Array(IPV4_LENGTH),
      sourcePort: port,
    });
  }

  /** The first one binds the response subscription to its session; later ones mean that its image has not come about yet. */
  #onResponseSetup({ responseCorrelationId, responseSessionId }: Event<'response-setup'>): void {
    const { subscriptionLinks, receiver } = this.#services;
    const link = subscriptionLinks.find((candidate) => candidate.registrationId === responseCorrelationId);
    const endpoint = link?.endpoint;
    if (link === undefined || endpoint === undefined) {
      return;
    }
    const { streamId, sessionId } = link;
    if (sessionId !== undefined) {
      receiver.send({ kind: 'request-setup', endpointId: endpoint.endpointId, streamId, sessionId });
    } else if (link.params.isResponse) {
      bindResponseSession(link, endpoint, responseSessionId, this.#services);
    }
  }

  #stepTasks(): number {
    let workCount = 0;
    for (let i = this.#tasks.length - 1; i >= 0; i--) {
      const task = this.#tasks[i];
      if (task !== undefined && this.#step(task)) {
        this.#tasks.splice(i, 1);
        this.#closeTask(task);
        workCount++;
      }
    }
    return workCount;
  }

  /** @returns whether it is done. */
  #step(task: Command): boolean {
    try {
      return task.step();
    } catch (error) {
      this.#services.onError(toError(error));
      return true;
    }
  }

  #closeTask(task: Command): void {
    try {
      task.close?.();
    } catch (error) {
      this.#services.onError(toError(error));
    }
  }
}

const IPV4_LENGTH = 4;
