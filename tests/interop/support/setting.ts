// SPDX-License-Identifier: Apache-2.0
/** Drivers and clients of a test, which end with it whatever happens. */
import { type ClientKind, connectClient, type InteropClient } from './clients.ts';
import { type DriverKind, type InteropDriver, startDriver } from './drivers.ts';

export class Setting {
  readonly #version: string;
  readonly #drivers: InteropDriver[] = [];
  readonly #clients: InteropClient[] = [];

  constructor(version: string) {
    this.#version = version;
  }

  /** @param directory one that no other test uses, where none is given. */
  async driver(
    kind: DriverKind,
    settings: Readonly<Record<string, string>> = {},
    directory?: string,
  ): Promise<InteropDriver> {
    const driver = await startDriver(kind, this.#version, settings, directory);
    this.#drivers.push(driver);
    return driver;
  }

  async client(
    kind: ClientKind,
    { directory }: Pick<InteropDriver, 'directory'>,
    driverTimeoutMs?: number,
  ): Promise<InteropClient> {
    const client = await connectClient(kind, directory, this.#version, driverTimeoutMs);
    this.#clients.push(client);
    return client;
  }

  /** Ends clients, then drivers; every one of them, also when one does not want to. */
  async close(): Promise<void> {
    const failures = [
      ...(await Promise.allSettled(this.#clients.splice(0).map((client) => client.close()))),
      ...(await Promise.allSettled(this.#drivers.splice(0).map((driver) => driver.close()))),
    ].flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    if (failures.length > 0) {
      throw new AggregateError(failures, failures.map(String).join('; '));
    }
  }
}

/** The client of the same implementation. */
export function clientOf(driver: DriverKind): ClientKind {
  return driver === 'reference' ? 'reference' : 'node';
}
