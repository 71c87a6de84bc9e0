// SPDX-License-Identifier: Apache-2.0
/** Prints once a second how many messages there were. */

const INTERVAL_MS = 1000;
const MEBIBYTE = 1024 * 1024;

/** @source aeron-samples/RateReporter */
export class RateReporter implements Disposable {
  #totalMessages = 0;
  #totalLength = 0;
  #lastMessages = 0;
  #lastLength = 0;
  #lastMs = performance.now();
  readonly #startMs = this.#lastMs;
  #timer: NodeJS.Timeout | undefined;

  /** Begins to print. */
  start(): this {
    this.#timer ??= setInterval(() => this.#report(), INTERVAL_MS);
    this.#timer.unref();
    return this;
  }

  get totalMessages(): number {
    return this.#totalMessages;
  }

  /** Counts a message of so many bytes. */
  onMessage(length: number): void {
    this.#totalMessages++;
    this.#totalLength += length;
  }

  /** Adds what was counted elsewhere. */
  onMessages(count: number, length: number): void {
    this.#totalMessages += count;
    this.#totalLength += length;
  }

  /** The line on everything since the start. */
  total(): string {
    const elapsedMs = performance.now() - this.#startMs;
    return `Total: ${describe(elapsedMs, this.#totalMessages, this.#totalLength)}, ${this.#totals()}`;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #report(): void {
    const nowMs = performance.now();
    const messages = this.#totalMessages - this.#lastMessages;
    const length = this.#totalLength - this.#lastLength;
    console.log(`${describe(nowMs - this.#lastMs, messages, length)}, ${this.#totals()}`);
    this.#lastMs = nowMs;
    this.#lastMessages = this.#totalMessages;
    this.#lastLength = this.#totalLength;
  }

  #totals(): string {
    return `totals ${this.#totalMessages} messages ${Math.floor(this.#totalLength / MEBIBYTE)} MB payloads`;
  }
}

function describe(elapsedMs: number, messages: number, length: number): string {
  const perSecond = (count: number): string => ((count * 1000) / Math.max(elapsedMs, 1)).toPrecision(4);
  return `${Math.round(elapsedMs)}ms, ${perSecond(messages)} msgs/sec, ${perSecond(length)} bytes/sec`;
}
