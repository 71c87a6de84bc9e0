// SPDX-License-Identifier: Apache-2.0
/**
 * Takes one command of a client at a time out of the ring, checks it, and steps it to its end. Every failure is answered here
 * and nowhere else. Conductor only.
 */

import { commandById, ErrorCode } from '@aeron/codecs/internal';
import type { AtomicBuffer, ErrorHandler, MessageHandler } from '@aeron/core/internal';
import { logClientMessage } from '../../events/command-events.ts';
import { type DriverEvents, NO_DRIVER_EVENTS } from '../../events/driver-events.ts';
import { ControlProtocolError } from '../control-protocol-error.ts';
import { errorAnswer } from '../error-answer.ts';
import type { Command } from './command.ts';
import type { CommandServices } from './command-services.ts';
import { commandHandlers } from './command-table.ts';

const COMMAND_DRAIN_LIMIT = 1;
const CORRELATION_ID_OFFSET = 8;
const CORRELATED_LENGTH = 16;
/** Who sent a message that is too short to say so. */
const UNKNOWN_CORRELATION_ID = 0;

/** Where commands come from. */
export interface CommandRing {
  read(handler: MessageHandler, limit: number): number;
}

/** What the runner is given. */
export interface CommandRunnerPorts {
  readonly ring: CommandRing;
  readonly services: CommandServices;
  /** While true no further command is read: an agent that it may need has no room. */
  readonly isBackPressured: () => boolean;
  readonly events?: DriverEvents;
  readonly onError: ErrorHandler;
}

export class CommandRunner {
  readonly #ports: CommandRunnerPorts;
  readonly #events: DriverEvents;
  readonly #handlers = commandHandlers();
  #current: { readonly command: Command; readonly correlationId: number } | undefined;

  constructor(ports: CommandRunnerPorts) {
    this.#ports = ports;
    this.#events = ports.events ?? NO_DRIVER_EVENTS;
  }

  /** Whether a command is under way. */
  get isBusy(): boolean {
    return this.#current !== undefined;
  }

  /** @returns how much was done. */
  doWork(): number {
    let workCount = 0;
    if (this.#current === undefined && !this.#ports.isBackPressured()) {
      workCount = this.#ports.ring.read(this.#onMessage, COMMAND_DRAIN_LIMIT);
    }
    if (this.#current !== undefined) {
      workCount++;
      this.#step(this.#current);
    }
    return workCount;
  }

  /** Drops the command under way. */
  close(): void {
    const current = this.#current;
    this.#current = undefined;
    this.#closeCommand(current?.command);
  }

  readonly #onMessage: MessageHandler = (typeId, buffer, offset, length) => {
    const correlationId = correlationIdOf(buffer, offset, length);
    logClientMessage(this.#events, typeId, buffer, offset, length);
    try {
      this.#current = { command: this.#decode(typeId, buffer, offset, length), correlationId };
    } catch (error) {
      this.#refuse(correlationId, error);
    }
  };

  #decode(typeId: number, buffer: AtomicBuffer, offset: number, length: number): Command {
    const row = commandById(typeId);
    if (row === undefined) {
      throw new ControlProtocolError(ErrorCode.UNKNOWN_COMMAND_TYPE_ID, `command typeId=${typeId}`);
    }
    const { flyweight, create } = this.#handlers[row.name];
    const problem = flyweight.wrap(buffer, offset).validate(length);
    if (problem !== undefined) {
      throw new ControlProtocolError(ErrorCode.MALFORMED_COMMAND, `command=${typeId} ${problem}`);
    }
    return create(this.#ports.services, length);
  }

  #step({ command, correlationId }: { readonly command: Command; readonly correlationId: number }): void {
    let isDone = true;
    try {
      isDone = command.step();
    } catch (error) {
      this.#refuse(correlationId, error);
    } finally {
      if (isDone) {
        this.close();
      }
    }
  }

  #refuse(correlationId: number, error: unknown): void {
    const { errorCode, message } = errorAnswer(error);
    // A client is expected to try again; that is not worth a line in the error log.
    if (errorCode !== ErrorCode.RESOURCE_TEMPORARILY_UNAVAILABLE) {
      this.#report(error);
    }
    this.#ports.services.proxy.onError(correlationId, errorCode, message);
  }

  #closeCommand(command: Command | undefined): void {
    try {
      command?.close?.();
    } catch (error) {
      this.#report(error);
    }
  }

  #report(error: unknown): void {
    this.#ports.onError(error instanceof Error ? error : new Error(String(error)));
  }
}

/** So that the sender of a malformed message is told, if the message says at least that much. */
function correlationIdOf(buffer: AtomicBuffer, offset: number, length: number): number {
  return length >= CORRELATED_LENGTH
    ? buffer.getInt64Unaligned(offset + CORRELATION_ID_OFFSET)
    : UNKNOWN_CORRELATION_ID;
}
