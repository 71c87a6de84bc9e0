// SPDX-License-Identifier: Apache-2.0
/** A client gets or adds a counter that is known by type and registration id, belongs to nobody and is never freed. */

import { ErrorCode } from '@aeron/codecs/internal';
import { NULL_COUNTER_ID, STATIC_COUNTER_OWNER_ID } from '@aeron/core/internal';
import { ControlProtocolError } from '../control-protocol-error.ts';
import { type CounterRequest, checkCounterKey } from './add-counter.ts';
import type { Command } from './command.ts';
import type { CommandServices } from './command-services.ts';

export interface StaticCounterRequest extends CounterRequest {
  /** Chosen by the client, who may use all 64 bits. */
  readonly registrationId: bigint;
}

type Services = Pick<CommandServices, 'clients' | 'counters' | 'proxy'>;

/** @source aeron-driver/DriverConductor (onAddStaticCounter) */
export class AddStaticCounter implements Command {
  readonly #request: StaticCounterRequest;
  readonly #services: Services;

  constructor(request: StaticCounterRequest, services: Services) {
    this.#request = request;
    this.#services = services;
  }

  step(): boolean {
    const { clientId, correlationId, key } = this.#request;
    const { clients, proxy } = this.#services;
    checkCounterKey(key);
    clients.getOrAdd(clientId);
    proxy.onStaticCounter(correlationId, this.#find() ?? this.#add());
    return true;
  }

  #find(): number | undefined {
    const { typeId, registrationId } = this.#request;
    const { counters } = this.#services;
    const counterId = counters.findByTypeIdAndRegistrationId(typeId, registrationId);
    if (counterId === NULL_COUNTER_ID) {
      return undefined;
    }
    if (counters.getCounterOwnerId(counterId) !== STATIC_COUNTER_OWNER_ID) {
      throw new ControlProtocolError(
        ErrorCode.GENERIC_ERROR,
        `cannot add static counter, because a non-static counter exists (counterId=${counterId}) for ` +
          `typeId=${typeId} and registrationId=${registrationId}`,
      );
    }
    return counterId;
  }

  #add(): number {
    const { typeId, registrationId, key, label } = this.#request;
    const { counters } = this.#services;
    const counterId = counters.allocate(label, typeId, (target) => target.putUint8Array(0, key));
    counters.setCounterRegistrationId(counterId, registrationId);
    counters.setCounterOwnerId(counterId, STATIC_COUNTER_OWNER_ID);
    return counterId;
  }
}
