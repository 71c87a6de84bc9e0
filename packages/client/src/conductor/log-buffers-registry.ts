// SPDX-License-Identifier: Apache-2.0
/**
 * The logs that this client has mapped, each once however many objects use it. A log that nobody uses any more lingers, for
 * the application may be in the middle of a poll or hold a claim in it, and is unmapped when its time has come.
 */
import { LogBuffers } from '@aeron/codecs/internal';
import { AeronError, type AeronErrorCode, isAeronError } from '@aeron/core';
import type { FileMapper } from '@aeron/core/internal';

export interface LogBuffersRegistryOptions {
  readonly mapper: FileMapper;
  readonly preTouch: boolean;
  /** Names the client in messages. */
  readonly clientFacts: string;
}

export class LogBuffersRegistry {
  readonly #options: LogBuffersRegistryOptions;
  readonly #logs = new Map<number, LogBuffers>();
  #lingering: LogBuffers[] = [];

  constructor(options: LogBuffersRegistryOptions) {
    this.#options = options;
  }

  get lingeringCount(): number {
    return this.#lingering.length;
  }

  /**
   * Maps a log, or takes it as another user of it.
   *
   * @param id registration id of the publication that created the log, or correlation id of the image.
   * @throws AeronError when the file can't be mapped or is unusable.
   */
  acquire(id: number, path: string, channel: string): LogBuffers {
    const known = this.#logs.get(id);
    const log = known ?? this.#map(id, path, channel);
    log.referenceCount++;
    return log;
  }

  /** Gives up one use of a log; after the last it lingers until `deadlineNs`. */
  release(id: number, log: LogBuffers, deadlineNs: number): void {
    log.referenceCount--;
    if (log.referenceCount === 0) {
      this.#logs.delete(id);
      log.lingerDeadlineNs = deadlineNs;
      this.#lingering.push(log);
    }
  }

  /** Unmaps what has lingered long enough. @returns how many. */
  unmapExpired(nowNs: number): number {
    if (this.#lingering.length === 0) {
      return 0;
    }
    const [expired, remaining] = partition(this.#lingering, (log) => nowNs > log.lingerDeadlineNs);
    this.#lingering = remaining;
    for (const log of expired) {
      log.close();
    }
    return expired.length;
  }

  /** Unmaps all that lingers. */
  unmapLingering(): void {
    this.unmapExpired(Number.POSITIVE_INFINITY);
  }

  #map(id: number, path: string, channel: string): LogBuffers {
    const { mapper, preTouch, clientFacts } = this.#options;
    try {
      const log = LogBuffers.map(mapper, path);
      if (preTouch) {
        log.preTouch();
      }
      this.#logs.set(id, log);
      return log;
    } catch (error) {
      const code: AeronErrorCode = isAeronError(error) ? error.code : 'MAPPING';
      const facts = `${clientFacts} registrationId=${id} channel=${channel} path=${path}`;
      const reason = error instanceof Error ? error.message : String(error);
      throw new AeronError(code, `failed to map log buffer: ${facts}: ${reason}`, { cause: error });
    }
  }
}

function partition<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  const yes: T[] = [];
  const no: T[] = [];
  for (const item of items) {
    (test(item) ? yes : no).push(item);
  }
  return [yes, no];
}
