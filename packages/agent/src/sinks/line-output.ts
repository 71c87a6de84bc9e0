// SPDX-License-Identifier: Apache-2.0
/** Where lines go. */
export interface LineOutput {
  /** @param line without its end. */
  write(line: string): void;
  flush(): void;
  close(): void;
}

/** Hands lines on in batches, after a first line that says when the log started. */
export class StreamOutput implements LineOutput {
  readonly #put: (bytes: Uint8Array) => void;
  #pending: string[];

  /** @param put writes all of the bytes before it returns. */
  constructor(put: (bytes: Uint8Array) => void, firstLine: string) {
    this.#put = put;
    this.#pending = [firstLine];
  }

  write(line: string): void {
    this.#pending.push(line);
  }

  flush(): void {
    if (this.#pending.length > 0) {
      const lines = this.#pending.splice(0);
      this.#put(Buffer.from(`${lines.join('\n')}\n`));
    }
  }

  close(): void {
    this.flush();
  }
}
