// SPDX-License-Identifier: Apache-2.0
/**
 * Brings a string or a DataView into a form that the append paths take. One per publication; what it returns is good until
 * the next call.
 *
 * @hot
 */

const INITIAL_LENGTH = 256;
const MAX_UTF8_BYTES_PER_UNIT = 3;
const NO_VIEW = new DataView(new ArrayBuffer(0));

export class MessageText {
  /** Out: the UTF-8 bytes of the last text begin here. */
  bytes: Buffer = Buffer.allocUnsafe(INITIAL_LENGTH);
  #view: DataView = NO_VIEW;
  #viewBytes: Uint8Array = this.bytes;

  /** Encodes `text` into `bytes`. @returns how many bytes. */
  encode(text: string): number {
    const bound = text.length * MAX_UTF8_BYTES_PER_UNIT;
    if (bound > this.bytes.length) {
      this.#grow(bound);
    }
    return this.bytes.write(text, 0);
  }

  /** The bytes of a DataView. The same view again costs nothing. */
  bytesOf(view: DataView): Uint8Array {
    if (view !== this.#view) {
      this.#wrap(view);
    }
    return this.#viewBytes;
  }

  /** @cold */
  #wrap(view: DataView): void {
    this.#viewBytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    this.#view = view;
  }

  /** @cold */
  #grow(length: number): void {
    this.bytes = Buffer.allocUnsafe(length + (length >> 1));
  }
}
