// SPDX-License-Identifier: Apache-2.0
/**
 * Answers commands: keeps one control file in the directory of each driver of this process, and looks into it once in a while.
 * Runs beside the reader of events, in its thread.
 */
import type { EventMemory } from '@aeron/codecs/internal';
import { type ErrorHandler, type Platform, toError } from '@aeron/core/internal';
import type { ControlActions } from './control-actions.ts';
import { ControlFile } from './control-file.ts';
import { type ControlAnswer, parseRequest } from './control-messages.ts';

export interface ControlServerOptions {
  readonly memory: EventMemory;
  readonly platform: Platform;
  readonly actions: ControlActions;
  readonly onError: ErrorHandler;
}

interface ServedDirectory {
  readonly file: ControlFile | undefined;
  /** The last request that was looked at. */
  seenGeneration: number;
}

export class ControlServer {
  readonly #options: ControlServerOptions;
  readonly #served = new Map<number, ServedDirectory>();

  constructor(options: ControlServerOptions) {
    this.#options = options;
  }

  /** @returns requests answered. */
  doWork(): number {
    this.#followDirectories();
    const nowMs = this.#options.platform.clock.epochMs();
    let count = 0;
    for (const directory of this.#served.values()) {
      directory.file?.touch(nowMs);
      count += this.#answer(directory);
    }
    return count;
  }

  close(): void {
    for (const id of [...this.#served.keys()]) {
      this.#leave(id);
    }
  }

  #followDirectories(): void {
    const now = this.#options.memory.directories();
    for (const id of [...this.#served.keys()]) {
      if (!now.some((directory) => directory.id === id)) {
        this.#leave(id);
      }
    }
    for (const { id, path } of now) {
      if (!this.#served.has(id)) {
        this.#served.set(id, { file: this.#create(path), seenGeneration: 0 });
      }
    }
  }

  #create(path: string): ControlFile | undefined {
    try {
      return ControlFile.create(this.#options.platform, path);
    } catch (error) {
      this.#options.onError(toError(error)); // events are logged all the same; only commands do not reach them
      return undefined;
    }
  }

  /** The driver has ended; whether its directory goes is its own business. */
  #leave(id: number): void {
    const file = this.#served.get(id)?.file;
    this.#served.delete(id);
    file?.touch(0);
    file?.close();
  }

  #answer(directory: ServedDirectory): number {
    const { file } = directory;
    if (file === undefined) {
      return 0;
    }
    const generation = file.requestGeneration;
    if (generation === directory.seenGeneration || (generation & 1) !== 0) {
      return 0;
    }
    directory.seenGeneration = generation;
    file.putAnswer(JSON.stringify(this.#execute(file)), generation);
    return 1;
  }

  #execute(file: ControlFile): ControlAnswer {
    const { actions } = this.#options;
    try {
      return actions.execute(parseRequest(file.request()));
    } catch (error) {
      return actions.refuse(toError(error).message);
    }
  }
}
