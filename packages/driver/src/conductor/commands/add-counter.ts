// SPDX-License-Identifier: Apache-2.0
/** A client adds a counter, which lives as long as the client or until it is removed. All clients are told of it. */

import { ErrorCode } from '@aeron/codecs/internal';
import { MAX_COUNTER_KEY_LENGTH } from '@aeron/core/internal';
import { ControlProtocolError } from '../control-protocol-error.ts';
import { CounterLink } from '../registry/counter-link.ts';
import type { Command } from './command.ts';
import type { CommandServices } from './command-services.ts';

export interface CounterRequest {
  readonly clientId: number;
  readonly correlationId: number;
  readonly typeId: number;
  readonly key: Uint8Array;
  readonly label: string;
}

type Services = Pick<CommandServices, 'clients' | 'counters' | 'counterLinks' | 'proxy'>;

/** @throws ControlProtocolError GENERIC_ERROR for a key that is longer than a counter has room for. */
export function checkCounterKey(key: Uint8Array): void {
  if (key.length > MAX_COUNTER_KEY_LENGTH) {
    throw new ControlProtocolError(
      ErrorCode.GENERIC_ERROR,
      `counter key too long: length=${key.length} max=${MAX_COUNTER_KEY_LENGTH}`,
    );
  }
}

/** @source aeron-driver/DriverConductor (onAddCounter) */
export class AddCounter implements Command {
  readonly #request: CounterRequest;
  readonly #services: Services;

  constructor(request: CounterRequest, services: Services) {
    this.#request = request;
    this.#services = services;
  }

  step(): boolean {
    const { clientId, correlationId, typeId, key, label } = this.#request;
    const { clients, counters, counterLinks, proxy } = this.#services;
    checkCounterKey(key);
    const client = clients.getOrAdd(clientId);
    const counter = counters.newCounter(label, typeId, (target) => target.putUint8Array(0, key));
    counters.setCounterRegistrationId(counter.id, correlationId);
    counters.setCounterOwnerId(counter.id, clientId);
    counterLinks.add(
      new CounterLink(correlationId, counter, client, (registrationId, counterId) =>
        proxy.onUnavailableCounter(registrationId, counterId),
      ),
    );
    proxy.onCounterReady(correlationId, counter.id);
    return true;
  }
}
