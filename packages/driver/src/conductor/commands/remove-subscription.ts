// SPDX-License-Identifier: Apache-2.0
/** A client gives up a subscription, with all its destinations. The client closes the images by itself. */
import { ErrorCode } from '@aeron/codecs/internal';
import { ControlProtocolError } from '../control-protocol-error.ts';
import type { Command } from './command.ts';
import type { CommandServices } from './command-services.ts';

export interface RemoveSubscriptionRequest {
  readonly correlationId: number;
  readonly registrationId: number;
}

/** @source aeron-driver/DriverConductor (onRemoveSubscription) */
export class RemoveSubscription implements Command {
  readonly #request: RemoveSubscriptionRequest;
  readonly #services: Pick<CommandServices, 'subscriptionLinks' | 'proxy'>;

  constructor(request: RemoveSubscriptionRequest, services: Pick<CommandServices, 'subscriptionLinks' | 'proxy'>) {
    this.#request = request;
    this.#services = services;
  }

  step(): boolean {
    const { registrationId, correlationId } = this.#request;
    const { subscriptionLinks, proxy } = this.#services;
    const next = () => subscriptionLinks.take((candidate) => candidate.registrationId === registrationId);
    let link = next();
    if (link === undefined) {
      throw new ControlProtocolError(ErrorCode.UNKNOWN_SUBSCRIPTION, `unknown subscription: ${registrationId}`);
    }
    for (; link !== undefined; link = next()) {
      link.close();
    }
    proxy.onOperationSuccess(correlationId);
    return true;
  }
}
