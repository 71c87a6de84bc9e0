// SPDX-License-Identifier: Apache-2.0
/** Connects a client of either implementation. */
import type { ClientKind, InteropClient } from './interop-client.ts';
import { NodeClient } from './node-client.ts';
import { connectNodeProcess } from './node-process-client.ts';
import { ReferenceClient } from './reference-client.ts';

export type { ClientKind, ImageFacts, InteropClient, MessageRun } from './interop-client.ts';
export { eventually } from './wait.ts';

export async function connectClient(
  kind: ClientKind,
  directory: string,
  referenceVersion: string,
  driverTimeoutMs = 10_000,
): Promise<InteropClient> {
  switch (kind) {
    case 'node':
      return NodeClient.connect(directory, driverTimeoutMs);
    case 'node-process':
      return connectNodeProcess(directory, driverTimeoutMs);
    default:
      return ReferenceClient.connect(directory, referenceVersion, driverTimeoutMs);
  }
}
