// SPDX-License-Identifier: Apache-2.0
/**
 * Puts commands into a driver's ring byte by byte, whatever they say: what neither client's API lets through. Looks at the
 * driver's answers as bytes too.
 */
import { type CncFile, CommandId, cncFilePath, EventId, mapCncFile } from '@aeron/codecs/internal';
import { AtomicBuffer } from '@aeron/core';
import { BroadcastReceiver, CopyBroadcastReceiver, ManyToOneRingBuffer, nodePlatform } from '@aeron/core/internal';
import { eventually } from './wait.ts';

const platform = nodePlatform();
const INT_LENGTH = 4;
const LONG_LENGTH = 8;
/** Events that answer someone. */
const ANSWERS: ReadonlySet<number> = new Set([
  EventId.ON_ERROR,
  EventId.ON_OPERATION_SUCCESS,
  EventId.ON_PUBLICATION_READY,
  EventId.ON_EXCLUSIVE_PUBLICATION_READY,
  EventId.ON_SUBSCRIPTION_READY,
  EventId.ON_COUNTER_READY,
  EventId.ON_STATIC_COUNTER,
  EventId.ON_NEXT_AVAILABLE_SESSION_ID,
]);

/** A part of a command: bigint an int64, number an int32, string or bytes an int32 of length and as many bytes. */
export type Field = bigint | number | string | Uint8Array;

/** What a driver said to a command. */
export interface Answer {
  readonly typeId: number;
  /** As the answer has it: 0 where the driver has not looked for it. */
  readonly correlationId: bigint;
  /** Of an error. */
  readonly code: number | undefined;
  readonly text: string;
}

/** A command under way. */
export interface SentCommand {
  readonly correlationId: bigint;
  readonly answer: Promise<Answer>;
}

/** Holds a mapping; close it. The driver takes it for a client, and it for an idle one after its liveness time-out. */
export class RawClient {
  readonly clientId: bigint;
  readonly #cnc: CncFile;
  readonly #ring: ManyToOneRingBuffer;
  readonly #events: CopyBroadcastReceiver;

  private constructor(cnc: CncFile) {
    this.#cnc = cnc;
    this.#ring = new ManyToOneRingBuffer(cnc.toDriver);
    this.#events = new CopyBroadcastReceiver(new BroadcastReceiver(cnc.toClients));
    this.clientId = this.#nextId();
  }

  static open(directory: string): RawClient {
    return new RawClient(mapCncFile(platform, cncFilePath(directory)));
  }

  /** Writes the fields behind client and correlation id, the whole cut to `length` bytes. */
  write(typeId: number, fields: readonly Field[], length?: number): bigint {
    const correlationId = this.#nextId();
    const command = encoded([this.clientId, correlationId, ...fields]);
    if (!this.#ring.write(typeId, command, 0, Math.min(length ?? command.capacity, command.capacity))) {
      throw new Error(`the driver's ring is full: typeId=${typeId}`);
    }
    return correlationId;
  }

  /** Sends a command as `write` does. @returns the first answer that comes, whoever is named in it. */
  async ask(typeId: number, fields: readonly Field[], length?: number): Promise<Answer> {
    this.write(CommandId.CLIENT_KEEPALIVE, []);
    while (this.#events.receive(() => undefined) > 0) {
      // what came of earlier commands
    }
    this.write(typeId, fields, length);
    return this.nextAnswer();
  }

  /** As `ask`. @returns the correlation id, which is a registration id. @throws when it is refused. */
  async add(typeId: number, fields: readonly Field[]): Promise<bigint> {
    const answer = await this.ask(typeId, fields);
    if (answer.code !== undefined) {
      throw new Error(`refused: typeId=${typeId} code=${answer.code} ${answer.text}`);
    }
    return answer.correlationId;
  }

  async nextAnswer(): Promise<Answer> {
    const answers: Answer[] = [];
    const onEvent = (typeId: number, buffer: AtomicBuffer, offset: number): void => {
      // The counter of this client's heartbeat comes with its first command.
      if (ANSWERS.has(typeId) && buffer.getBigInt64(offset) !== this.clientId) {
        answers.push(decoded(typeId, buffer, offset));
      }
    };
    await eventually('an answer', () => {
      while (answers.length === 0 && this.#events.receive(onEvent) > 0) {
        // one at a time: what follows may answer the next command
      }
      return answers.length > 0;
    });
    return answers[0] as Answer;
  }

  close(): void {
    this.write(CommandId.CLIENT_CLOSE, []);
    this.#cnc.close();
  }

  #nextId(): bigint {
    return BigInt(this.#ring.nextCorrelationId());
  }
}

function decoded(typeId: number, buffer: AtomicBuffer, offset: number): Answer {
  const correlationId = buffer.getBigInt64(offset);
  if (typeId !== EventId.ON_ERROR) {
    return { typeId, correlationId, code: undefined, text: '' };
  }
  const code = buffer.getInt32(offset + LONG_LENGTH);
  const length = buffer.getInt32(offset + LONG_LENGTH + INT_LENGTH);
  return { typeId, correlationId, code, text: buffer.getUtf8(offset + LONG_LENGTH + 2 * INT_LENGTH, length) };
}

function encoded(fields: readonly Field[]): AtomicBuffer {
  const bytes = Buffer.concat(fields.map(bytesOf));
  const buffer = AtomicBuffer.allocate(bytes.length);
  buffer.putUint8Array(0, bytes);
  return buffer;
}

function bytesOf(field: Field): Buffer {
  if (typeof field === 'bigint') {
    const bytes = Buffer.alloc(LONG_LENGTH);
    bytes.writeBigInt64LE(field);
    return bytes;
  }
  if (typeof field === 'number') {
    const bytes = Buffer.alloc(INT_LENGTH);
    bytes.writeInt32LE(field);
    return bytes;
  }
  const content = Buffer.from(field);
  // Bytes are followed by another field, which begins at a multiple of 4.
  const padding = typeof field === 'string' ? 0 : (INT_LENGTH - (content.length % INT_LENGTH)) % INT_LENGTH;
  return Buffer.concat([bytesOf(content.length), content, Buffer.alloc(padding)]);
}
