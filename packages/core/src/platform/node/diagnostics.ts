// SPDX-License-Identifier: Apache-2.0
/** Named channels over node:diagnostics_channel, which are shared by the whole process. */
import diagnosticsChannel from 'node:diagnostics_channel';
import type { DiagnosticChannel, Diagnostics } from '../ports.ts';

export class NodeDiagnostics implements Diagnostics {
  channel(name: string): DiagnosticChannel {
    return diagnosticsChannel.channel(name);
  }

  subscribe(name: string, listener: (message: unknown) => void): () => void {
    diagnosticsChannel.subscribe(name, listener);
    return () => {
      diagnosticsChannel.unsubscribe(name, listener);
    };
  }
}
