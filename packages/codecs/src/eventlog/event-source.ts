// SPDX-License-Identifier: Apache-2.0
/**
 * Where a component logs its events: what hooks are given. Each thread has its own. A hook asks `isOn` and does nothing more when
 * its event is off; otherwise the event is encoded in memory of this thread and copied into the ring, or dropped and counted
 * when the ring is full. It never waits, and by default never throws.
 *
 *     if (events.isOn.NAK_SENT) {
 *       events.log('NAK_SENT', { … });
 *     }
 *
 * @source aeron-client/EventConfiguration, aeron-driver/DriverEventLogger
 */
import type { AtomicBuffer, Clock } from '@aeron/core/internal';
import { FrameType } from '../protocol/frame-type.ts';
import { DATA_HEADER_BLOCK_LENGTH, FRAME_HEADER_TYPE_OFFSET } from '../protocol/generated/index.ts';
import { CborWriter } from './cbor-writer.ts';
import { ClassicWriter, type MessageRange } from './classic-writer.ts';
import { type CompiledEvent, compileEvent } from './compiled-event.ts';
import { EventFlag, type EventMemory, hasEvent } from './event-memory.ts';
import type { EventRows, EventTable, EventValues } from './event-table.ts';
import { blankCredentials, blankFrameSecrets } from './secrets.ts';

type Switches<R> = { readonly [K in keyof R]: boolean };

const MIN_FRAME_LENGTH = 8;
const NO_VALUES = {};

/** Where a component logs its events. Each thread has its own. */
export class EventSource<R extends EventRows> {
  /** Whether an event is logged; to be asked before it is. */
  readonly isOn: Switches<R>;
  readonly #table: EventTable<R>;
  readonly #memory: EventMemory | undefined;
  readonly #clock: Pick<Clock, 'nanoTime'> | undefined;
  readonly #switches: Record<string, boolean>;
  readonly #compiled = new Map<string, CompiledEvent>();
  #writers: { readonly cbor: CborWriter; readonly classic: ClassicWriter } | undefined = undefined;
  #generation = -1;
  #flags = 0;

  /** For `openEvents`; hooks and agents are given theirs. @param memory undefined: everything is off for ever. */
  constructor(table: EventTable<R>, memory?: EventMemory, clock?: Pick<Clock, 'nanoTime'>) {
    this.#table = table;
    this.#memory = memory;
    this.#clock = clock;
    // Made at once: properties added one by one under computed names would end up in a hash table, ten times slower to read.
    this.#switches = Object.fromEntries(Object.keys(table.rows).map((name) => [name, false]));
    this.isOn = this.#switches as Switches<R>;
    this.refresh();
  }

  /** Whether any event is on. */
  get isAnyOn(): boolean {
    return Object.values(this.#switches).includes(true);
  }

  /** Learns what is on by now. To be called once in a duty cycle. */
  refresh(): void {
    const memory = this.#memory;
    if (memory !== undefined && memory.generation !== this.#generation) {
      this.#update(memory);
    }
  }

  /**
   * Logs an event, for a hook that has asked `isOn`. Without room it is dropped and counted; it throws only where event
   * logging is told to.
   */
  log<K extends keyof R & string>(name: K, values: EventValues<R[K]>): void {
    this.#write(name, values as Readonly<Record<string, unknown>>, undefined);
  }

  /** An event whose one field is a message as it was sent. */
  logMessage(name: keyof R & string, buffer: AtomicBuffer, offset: number, length: number): void {
    this.#write(name, NO_VALUES, { buffer, offset, length });
  }

  /** A datagram. Of messages only the headers are kept, unless their content is asked for. */
  logFrame(
    name: keyof R & string,
    dstAddress: string,
    dstPort: number,
    buffer: AtomicBuffer,
    offset: number,
    length: number,
  ): void {
    const isContentKept = (this.#flags & EventFlag.RENDER_DATA) !== 0 || !isData(buffer, offset, length);
    const kept = isContentKept ? length : Math.min(length, DATA_HEADER_BLOCK_LENGTH);
    this.#write(name, { dstAddress, dstPort }, { buffer, offset, length: kept });
  }

  #update(memory: EventMemory): void {
    this.#generation = memory.generation;
    this.#flags = memory.flags;
    const mask = memory.enabled(this.#table.typeCode);
    for (const [name, { id }] of Object.entries(this.#table.rows)) {
      this.#switches[name] = hasEvent(mask, id);
    }
  }

  #write(name: string, values: Readonly<Record<string, unknown>>, message: MessageRange | undefined): void {
    const memory = this.#memory;
    if (memory === undefined) {
      return;
    }
    try {
      this.#encode(memory, this.#eventOf(name), values, message);
    } catch (error) {
      memory.countFailed();
      if ((this.#flags & EventFlag.THROW_EXCEPTIONS) !== 0) {
        throw error;
      }
    }
  }

  #encode(
    memory: EventMemory,
    event: CompiledEvent,
    values: Readonly<Record<string, unknown>>,
    message: MessageRange | undefined,
  ): void {
    this.#writers ??= { cbor: new CborWriter(), classic: new ClassicWriter() };
    const { cbor, classic } = this.#writers;
    const timeNs = this.#clock?.nanoTime() ?? 0;
    const isClassic = (this.#flags & EventFlag.CLASSIC_RECORDS) !== 0;
    const length = isClassic
      ? classic.write(event, timeNs, values, message)
      : this.#encodeCbor(cbor, event, timeNs, values, message);
    const { buffer, messageOffset, messageLength } = isClassic ? classic : cbor;
    if (messageLength > 0) {
      blankSecrets(event, buffer, messageOffset, messageLength);
    }
    if (!memory.ring.write(event.typeId, buffer, 0, length)) {
      memory.countDropped();
    }
  }

  #encodeCbor(
    cbor: CborWriter,
    event: CompiledEvent,
    timeNs: number,
    values: Readonly<Record<string, unknown>>,
    message: MessageRange | undefined,
  ): number {
    cbor.messageLength = 0;
    cbor.begin(event, timeNs);
    for (const field of event.fields) {
      const { name, kind } = field;
      if (message !== undefined && (kind === 'frame' || kind === 'command' || kind === 'sbe')) {
        cbor.message(field, message.buffer, message.offset, message.length);
      } else {
        cbor.field(field, values[name]);
      }
    }
    return cbor.end();
  }

  #eventOf(name: string): CompiledEvent {
    let event = this.#compiled.get(name);
    if (event === undefined) {
      const row = this.#table.rows[name];
      if (row === undefined) {
        throw new RangeError(`no such event: context=${this.#table.context} event=${name}`);
      }
      event = compileEvent(this.#table, name, row);
      this.#compiled.set(name, event);
    }
    return event;
  }
}

function isData(buffer: AtomicBuffer, offset: number, length: number): boolean {
  if (length < MIN_FRAME_LENGTH) {
    return false;
  }
  const type = buffer.getUint16(offset + FRAME_HEADER_TYPE_OFFSET);
  return type === FrameType.DATA || type === FrameType.PAD;
}

function blankSecrets(event: CompiledEvent, buffer: AtomicBuffer, offset: number, length: number): void {
  for (const { kind } of event.fields) {
    if (kind === 'frame') {
      blankFrameSecrets(buffer, offset, length);
    } else if (kind === 'sbe') {
      blankCredentials(buffer, offset, length);
    }
  }
}
