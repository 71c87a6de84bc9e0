// SPDX-License-Identifier: Apache-2.0
/** Runs our client in a process of its own: does what the parent's messages name, ends with it. */
import type { InteropClient } from './interop-client.ts';
import { NodeClient } from './node-client.ts';
import type { NodeProcessAnswer, NodeProcessCall } from './node-process-client.ts';

let client: InteropClient | undefined;

process.on('message', (call: NodeProcessCall) => {
  run(call).then(
    (value) => answer({ id: call.id, value }),
    (error: unknown) =>
      answer({ id: call.id, error: error instanceof Error ? { ...error, message: error.message } : error }),
  );
});
process.on('disconnect', () => process.exit());

async function run({ method, args }: NodeProcessCall): Promise<unknown> {
  if (method === 'connect') {
    client = await NodeClient.connect(String(args[0]), Number(args[1]));
    return undefined;
  }
  const operation: unknown = client === undefined ? undefined : Reflect.get(client, method);
  if (typeof operation !== 'function') {
    throw new Error(`no such operation: ${method}`);
  }
  return Reflect.apply(operation, client, args);
}

function answer(message: NodeProcessAnswer): void {
  process.send?.(message);
}
