// SPDX-License-Identifier: Apache-2.0
/** A client gives up its hold on a publication, and may revoke the stream for all. */
import { ErrorCode } from '@aeron/codecs/internal';
import { ControlProtocolError } from '../control-protocol-error.ts';
import type { Command } from './command.ts';
import type { CommandServices } from './command-services.ts';

export interface RemovePublicationRequest {
  readonly correlationId: number;
  readonly registrationId: number;
  readonly isRevoke: boolean;
}

/** @source aeron-driver/DriverConductor (onRemovePublication) */
export class RemovePublication implements Command {
  readonly #request: RemovePublicationRequest;
  readonly #services: Pick<CommandServices, 'publicationLinks' | 'proxy'>;

  constructor(request: RemovePublicationRequest, services: Pick<CommandServices, 'publicationLinks' | 'proxy'>) {
    this.#request = request;
    this.#services = services;
  }

  step(): boolean {
    const { registrationId, correlationId, isRevoke } = this.#request;
    const { publicationLinks, proxy } = this.#services;
    const link = publicationLinks.take((candidate) => candidate.registrationId === registrationId);
    if (link === undefined) {
      throw new ControlProtocolError(ErrorCode.UNKNOWN_PUBLICATION, `unknown publication: ${registrationId}`);
    }
    if (isRevoke) {
      link.revoke();
    }
    link.close();
    proxy.onOperationSuccess(correlationId);
    return true;
  }
}
