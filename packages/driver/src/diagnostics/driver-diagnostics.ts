// SPDX-License-Identifier: Apache-2.0
/**
 * Tells whoever listens in this process of the drivers that it launches: in the launching thread, whichever threads their agents
 * run in. A channel that nobody listens to costs one look at a flag.
 */
import type { DiagnosticChannel, Diagnostics } from '@aeron/core/internal';
import type { DriverConfig } from '../config/driver-config.ts';

/** In every message of a driver. */
export interface DriverMessage {
  readonly aeronDirectory: string;
  readonly pid: number;
  readonly threadingMode: string;
}

/** Channel → its messages. */
export interface DriverDiagnosticMessages {
  'aeron:driver:launch': DriverMessage;
  'aeron:driver:close': DriverMessage & { readonly error?: Error };
  'aeron:driver:error': DriverMessage & { readonly error: Error };
  'aeron:driver:termination': DriverMessage;
}

/** Name of a diagnostics channel of drivers. */
export type DriverChannelName = keyof DriverDiagnosticMessages;

/** Every diagnostics channel of drivers. */
export const DRIVER_CHANNELS = {
  'aeron:driver:launch': { doc: 'A driver that this process launched serves clients.', fields: [] },
  'aeron:driver:close': { doc: 'It has ended; `error` when it did so by a failure.', fields: ['error'] },
  'aeron:driver:error': { doc: 'An error that no client was told; it is in the error log as well.', fields: ['error'] },
  'aeron:driver:termination': { doc: 'A client has asked the driver to end, and may.', fields: [] },
} as const satisfies Readonly<Record<DriverChannelName, { readonly doc: string; readonly fields: readonly string[] }>>;

export class DriverDiagnostics {
  readonly #channels: Readonly<Record<DriverChannelName, DiagnosticChannel>>;
  readonly #identity: DriverMessage;

  constructor(diagnostics: Diagnostics, pid: number, config: DriverConfig) {
    const names = Object.keys(DRIVER_CHANNELS) as DriverChannelName[];
    this.#channels = Object.fromEntries(names.map((name) => [name, diagnostics.channel(name)])) as Readonly<
      Record<DriverChannelName, DiagnosticChannel>
    >;
    this.#identity = { aeronDirectory: config.aeronDirectoryName, pid, threadingMode: config.threadingMode };
  }

  /** From now on its end is told as well. @param closed settles when it has ended. */
  onLaunch(closed: Promise<void>): void {
    this.#tell('aeron:driver:launch', undefined);
    closed.then(
      () => this.#tell('aeron:driver:close', undefined),
      (error: Error) => this.#tell('aeron:driver:close', error),
    );
  }

  onError(error: Error): void {
    this.#tell('aeron:driver:error', error);
  }

  onTermination(): void {
    this.#tell('aeron:driver:termination', undefined);
  }

  #tell(name: DriverChannelName, error: Error | undefined): void {
    const channel = this.#channels[name];
    if (channel.hasSubscribers) {
      channel.publish(error === undefined ? { ...this.#identity } : { ...this.#identity, error });
    }
  }
}
