// SPDX-License-Identifier: Apache-2.0
/** What the receiver does for each command of the conductor. A command for an end point or image that is gone has no effect. */
import type { ReceiverCommand } from '../agents/agent-commands.ts';
import type { ReceiveEndpoints } from './receive-endpoints.ts';
import type { ReceiverImages } from './receiver-images.ts';

type Handlers = {
  readonly [K in ReceiverCommand['kind']]: (command: Extract<ReceiverCommand, { readonly kind: K }>) => void;
};

/** One row for each command. @source aeron-driver/ReceiverProxy */
export function receiverCommandHandlers(endpoints: ReceiveEndpoints, images: ReceiverImages): Handlers {
  return {
    'open-receive-endpoint': (command) => endpoints.open(command),
    'close-receive-endpoint': (command) => endpoints.close(command),
    'add-receive-destination': (command) => endpoints.addDestination(command),
    'remove-receive-destination': (command) => endpoints.removeDestination(command),
    'receive-endpoint-resolved': (command) => endpoints.onResolved(command),
    'add-interest': ({ endpointId, streamId, sessionId }) => {
      const endpoint = endpoints.find(endpointId);
      endpoint?.dispatcher.addInterest(streamId, sessionId);
      if (sessionId !== undefined) {
        endpoint?.requestSessionSetup(streamId, sessionId);
      }
    },
    'remove-interest': ({ endpointId, streamId, sessionId }) =>
      endpoints.find(endpointId)?.dispatcher.removeInterest(streamId, sessionId),
    'request-setup': ({ endpointId, streamId, sessionId }) =>
      endpoints.find(endpointId)?.requestSessionSetup(streamId, sessionId),
    'image-refused': ({ endpointId, streamId, sessionId }) =>
      endpoints.find(endpointId)?.dispatcher.forgetSession(streamId, sessionId, 'INIT_IN_PROGRESS'),
    'add-image': ({ image }) => images.add(image, endpoints.find(image.endpointId)),
    'remove-image': ({ correlationId }) => images.remove(correlationId),
    'remove-cool-down': (command) => images.removeCoolDown(command, endpoints.find(command.endpointId)),
    'reject-image': ({ correlationId, reason }) => images.find(correlationId)?.reject(reason),
    'response-session': ({ correlationId, responseSessionId }) =>
      images.find(correlationId)?.feedback.setResponseSession(responseSessionId),
  };
}

/** Carries a command out by its row. */
export function executeReceiverCommand(handlers: Handlers, command: ReceiverCommand): void {
  // The row of a kind takes commands of that kind: the compiler can't see it through the index.
  (handlers[command.kind] as (command: ReceiverCommand) => void)(command);
}
