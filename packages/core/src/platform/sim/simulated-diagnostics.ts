// SPDX-License-Identifier: Apache-2.0
/** Named channels of one simulated process. */
import type { DiagnosticChannel, Diagnostics } from '../ports.ts';

class SimulatedChannel implements DiagnosticChannel {
  readonly listeners: ((message: unknown) => void)[] = [];

  get hasSubscribers(): boolean {
    return this.listeners.length > 0;
  }

  publish(message: unknown): void {
    for (const listener of [...this.listeners]) {
      listener(message);
    }
  }
}

export class SimulatedDiagnostics implements Diagnostics {
  readonly #channels = new Map<string, SimulatedChannel>();

  channel(name: string): DiagnosticChannel {
    return this.#channel(name);
  }

  subscribe(name: string, listener: (message: unknown) => void): () => void {
    const { listeners } = this.#channel(name);
    listeners.push(listener);
    return () => {
      const at = listeners.indexOf(listener);
      if (at >= 0) {
        listeners.splice(at, 1);
      }
    };
  }

  #channel(name: string): SimulatedChannel {
    const found = this.#channels.get(name) ?? new SimulatedChannel();
    this.#channels.set(name, found);
    return found;
  }
}
