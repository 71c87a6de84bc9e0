// SPDX-License-Identifier: Apache-2.0
/** The test's end of tests/system/programs/client.mjs: a client in another process that does what it is told, line by line. */
import { createInterface } from 'node:readline';
import type { Child, Ended } from './child.ts';

const CALL_LIMIT_MS = 120_000;

export interface RemoteClientOptions {
  readonly driverTimeoutMs?: number;
  readonly keepAliveIntervalNs?: string;
  readonly clientName?: string;
}

/** What the client refused or could not do: an error as its program caught it. */
export class RemoteError extends Error {
  override readonly name = 'RemoteError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: { readonly code: string; readonly message: string };
}

/** What a subscriber has received so far. */
export interface Received {
  /** How many messages of each publisher, by its number. */
  readonly counts: Readonly<Record<string, number>>;
  readonly images: number;
  /** The first thing that was not as it should be. */
  readonly problem: string | null;
}

export class RemoteClient {
  readonly child: Child;
  readonly #waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  #nextId = 0;

  constructor(child: Child) {
    this.child = child;
    const { stdout } = child.process;
    if (stdout === null) {
      throw new Error('the client has no output');
    }
    createInterface({ input: stdout }).on('line', (line) => this.#onAnswer(JSON.parse(line) as Answer));
    void child.ended.then((ended) => this.#onEnd(ended));
  }

  /** @throws RemoteError when the client could not do it; Error when its process is gone. */
  async call<T = unknown>(operation: string, parameters: Readonly<Record<string, unknown>> = {}): Promise<T> {
    const id = this.#nextId++;
    let timer: NodeJS.Timeout | undefined;
    const answer = new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      timer = setTimeout(() => {
        reject(new Error(`no answer within ${CALL_LIMIT_MS} ms: ${operation} ${this.child.stderr}`));
      }, CALL_LIMIT_MS);
    });
    this.child.process.stdin?.write(`${JSON.stringify({ id, operation, ...parameters })}\n`);
    try {
      return (await answer) as T;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(id);
    }
  }

  /** Adds a publication. @returns its handle. */
  publication(streamId: number, options: { channel?: string; isExclusive?: boolean } = {}): Promise<number> {
    return this.call('addPublication', { channel: 'aeron:ipc', streamId, ...options });
  }

  /** Adds a subscription whose messages are checked as they come. @returns its handle. */
  subscription(
    streamId: number,
    options: { channel?: string; way?: string; maxLength?: number; isLate?: boolean } = {},
  ): Promise<number> {
    return this.call('addSubscription', { channel: 'aeron:ipc', streamId, ...options });
  }

  received(subscription: number): Promise<Received> {
    return this.call('received', { handle: subscription });
  }

  /** Ends the process in order, its client not closed first unless that was asked for. */
  async exit(): Promise<Ended> {
    this.child.process.stdin?.end();
    return this.child.ended;
  }

  #onAnswer({ id, result, error }: Answer): void {
    const waiting = this.#waiting.get(id);
    if (error === undefined) {
      waiting?.resolve(result);
    } else {
      waiting?.reject(new RemoteError(error.code, error.message));
    }
  }

  #onEnd({ code, signal, stderr }: Ended): void {
    for (const { reject } of this.#waiting.values()) {
      reject(new Error(`the client's process has ended: code=${code} signal=${signal} ${stderr}`));
    }
  }
}
