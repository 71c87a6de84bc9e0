// SPDX-License-Identifier: Apache-2.0
/** A bare UDP socket that speaks to drivers in frames made by hand, the way a stranger on the network could. */
import { createSocket, type Socket } from 'node:dgram';

const VERSION = 0;

/** Frame types as they are on the wire. */
export const Type = { PAD: 0, DATA: 1, NAK: 2, SM: 3, ERR: 4, SETUP: 5, RTTM: 6, RSP_SETUP: 0x0b } as const;

/** Whose frames they are. */
export interface StreamKey {
  readonly sessionId: number;
  readonly streamId: number;
}

/** @param words little-endian, from offset 8 on. */
export function frame(
  type: number,
  words: readonly number[],
  { flags = 0, version = VERSION, length = 0 } = {},
): Buffer {
  const content = Buffer.alloc(8 + 4 * words.length);
  content.writeInt32LE(length || content.length, 0);
  content.writeUInt8(version, 4);
  content.writeUInt8(flags, 5);
  content.writeUInt16LE(type, 6);
  words.forEach((word, index) => {
    content.writeInt32LE(word | 0, 8 + 4 * index);
  });
  return content;
}

/** Without payload, or with so many bytes of it; whole messages. */
export function dataFrame(
  { sessionId, streamId }: StreamKey,
  termId: number,
  termOffset: number,
  payloadLength = 0,
): Buffer {
  const header = frame(Type.DATA, [termOffset, sessionId, streamId, termId, 0, 0], {
    flags: 0xc0,
    length: 32 + payloadLength,
  });
  return Buffer.concat([header, Buffer.alloc(Math.ceil(payloadLength / 32) * 32)]);
}

export function setupFrame(
  { sessionId, streamId }: StreamKey,
  termId: number,
  termLength = 64 * 1024,
  mtu = 1408,
): Buffer {
  return frame(Type.SETUP, [0, sessionId, streamId, termId, termId, termLength, mtu, 0]);
}

export function nakFrame(
  { sessionId, streamId }: StreamKey,
  termId: number,
  termOffset: number,
  length: number,
): Buffer {
  return frame(Type.NAK, [sessionId, streamId, termId, termOffset, length]);
}

export interface Consumption {
  readonly termId: number;
  readonly termOffset: number;
  readonly windowLength: number;
  readonly receiverId?: number;
}

export function statusMessage({ sessionId, streamId }: StreamKey, consumption: Consumption): Buffer {
  const { termId, termOffset, windowLength, receiverId = 7 } = consumption;
  return frame(Type.SM, [sessionId, streamId, termId, termOffset, windowLength, receiverId, 0]);
}

/** Fields of a frame that arrived. */
export const fieldsOf = {
  type: (content: Buffer) => content.readUInt16LE(6),
  sessionId: (content: Buffer) =>
    content.readInt32LE(fieldsOf.type(content) === Type.SM || fieldsOf.type(content) === Type.NAK ? 8 : 12),
  /** Of a SETUP. */
  initialTermId: (content: Buffer) => content.readInt32LE(20),
};

export class RawPeer {
  readonly #socket: Socket;
  /** Frames that have arrived, oldest first. */
  readonly received: Buffer[] = [];
  port = 0;
  /** Where the last frame came from. */
  source = { address: '', port: 0 };

  private constructor() {
    this.#socket = createSocket('udp4');
    this.#socket.on('message', (content, { address, port }) => {
      this.received.push(content);
      this.source = { address, port };
    });
  }

  /** @param port any when left out. */
  static async open(port = 0, address = '127.0.0.1'): Promise<RawPeer> {
    const peer = new RawPeer();
    await new Promise<void>((resolve, reject) => {
      peer.#socket.once('error', reject);
      peer.#socket.bind({ port, address }, resolve);
    });
    peer.port = peer.#socket.address().port;
    return peer;
  }

  /** @returns when the operating system has taken it. */
  async send(content: Buffer, port: number, address = '127.0.0.1'): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#socket.send(content, port, address, (error) => (error === null ? resolve() : reject(error)));
    });
  }

  receivedOf(type: number): Buffer[] {
    return this.received.filter((content) => fieldsOf.type(content) === type);
  }

  close(): void {
    this.#socket.close();
  }
}
