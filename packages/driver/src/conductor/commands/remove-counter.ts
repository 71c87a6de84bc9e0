// SPDX-License-Identifier: Apache-2.0
/** A client removes one of its counters. The answer comes before the event that tells everyone. */
import { ErrorCode } from '@aeron/codecs/internal';
import { ControlProtocolError } from '../control-protocol-error.ts';
import type { Command } from './command.ts';
import type { CommandServices } from './command-services.ts';

export interface RemoveCounterRequest {
  readonly correlationId: number;
  readonly registrationId: number;
}

/** @source aeron-driver/DriverConductor (onRemoveCounter) */
export class RemoveCounter implements Command {
  readonly #request: RemoveCounterRequest;
  readonly #services: Pick<CommandServices, 'counterLinks' | 'proxy'>;

  constructor(request: RemoveCounterRequest, services: Pick<CommandServices, 'counterLinks' | 'proxy'>) {
    this.#request = request;
    this.#services = services;
  }

  step(): boolean {
    const { registrationId, correlationId } = this.#request;
    const { counterLinks, proxy } = this.#services;
    const link = counterLinks.take((candidate) => candidate.registrationId === registrationId);
    if (link === undefined) {
      throw new ControlProtocolError(ErrorCode.UNKNOWN_COUNTER, `unknown counter: ${registrationId}`);
    }
    proxy.onOperationSuccess(correlationId);
    proxy.onUnavailableCounter(registrationId, link.counterId);
    link.close();
    return true;
  }
}
