// SPDX-License-Identifier: Apache-2.0
/** A client takes an IPC or spy destination off a subscription, and loses the images that came by it. */
import { ErrorCode } from '@aeron/codecs/internal';
import { ControlProtocolError } from '../control-protocol-error.ts';
import type { Command } from './command.ts';
import type { CommandServices } from './command-services.ts';
import type { DestinationRequest } from './media.ts';

type Services = Pick<CommandServices, 'subscriptionLinks' | 'proxy'>;

/** @source aeron-driver/DriverConductor (onRemoveRcvIpcOrSpyDestination) */
export class RemoveLocalDestination implements Command {
  readonly #request: DestinationRequest;
  readonly #services: Services;

  constructor(request: DestinationRequest, services: Services) {
    this.#request = request;
    this.#services = services;
  }

  step(): boolean {
    const { registrationId, correlationId, channel } = this.#request;
    const { subscriptionLinks, proxy } = this.#services;
    const link = subscriptionLinks.take(
      (candidate) => candidate.registrationId === registrationId && candidate.channel === channel,
    );
    if (link === undefined) {
      throw new ControlProtocolError(ErrorCode.UNKNOWN_SUBSCRIPTION, `unknown subscription: ${registrationId}`);
    }
    const images = link.linked.map((subscribable) => subscribable.registrationId);
    link.close();
    proxy.onOperationSuccess(correlationId);
    for (const imageCorrelationId of images) {
      proxy.onUnavailableImage({
        correlationId: imageCorrelationId,
        subscriptionRegistrationId: registrationId,
        streamId: link.streamId,
        channel: link.channel,
      });
    }
    return true;
  }
}
