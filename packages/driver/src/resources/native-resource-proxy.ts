// SPDX-License-Identifier: Apache-2.0
/**
 * The conductor's side of the native-resource agent: asks for log buffers, maps them once their files exist, and gives them
 * up. Conductor only; never waits. What finds the queue full is counted, kept, and offered again on the next pass.
 */
import type { FileMapper } from '@aeron/core/internal';
import type { AgentInbox, AgentProxy } from '../agents/agent-queue.ts';
import { ControlProtocolError } from '../conductor/control-protocol-error.ts';
import { type LogFileStore, logFilePath } from './log-file-store.ts';
import { MappedLog } from './mapped-log.ts';
import type { LogId, NativeResourceAnswer, NativeResourceCommand } from './native-resource-commands.ts';

const ANSWER_LIMIT = 16;

/** What the proxy is given. */
export interface NativeResourceProxyPorts {
  readonly commands: AgentProxy<NativeResourceCommand>;
  readonly answers: AgentInbox<NativeResourceAnswer>;
  readonly mapper: FileMapper;
  /** Deletes what is left when the driver closes and the agent has ended. */
  readonly store: LogFileStore;
  readonly aeronDirectory: string;
  readonly filePageSize: number;
  /** Adds to the bytes currently mapped (system counter 35). */
  readonly onMappedBytes: (delta: number) => void;
  /** Counts an offer to a full queue (system counter 45). */
  readonly onFailedOffer: () => void;
}

/** A log that was asked for. Poll it until it is there; cancel it if it is no longer wanted. */
export interface LogRequest {
  /**
   * @returns the log, once; then it belongs to the caller, who frees it. Undefined while it is not there.
   * @throws ControlProtocolError with the agent's code and text when it could not be created.
   */
  poll(): MappedLog | undefined;
  /** Gives up on it; a log that arrives later is freed. */
  cancel(): void;
}

interface Pending {
  readonly log: LogId;
  readonly termLength: number;
  answer: NativeResourceAnswer | undefined;
  isCancelled: boolean;
}

/** @source aeron-driver/NativeResourceAgentProxy */
export class NativeResourceProxy {
  readonly #ports: NativeResourceProxyPorts;
  readonly #pending = new Map<number, Pending>();
  /** Commands that found the queue full, oldest first. */
  readonly #unsent: NativeResourceCommand[] = [];
  #nextRequestId = 1;
  #isClosed = false;

  constructor(ports: NativeResourceProxyPorts) {
    this.#ports = ports;
  }

  /** While true the conductor takes no client command, since it might need the agent. */
  get isApplyingBackPressure(): boolean {
    return this.#unsent.length > 0 || this.#ports.commands.isFull;
  }

  /** Sends what could not be sent and takes in answers. @returns how many answers. */
  doWork(): number {
    this.#sendCommands();
    return this.#ports.answers.drain(this.#onAnswer, ANSWER_LIMIT);
  }

  newLog(log: LogId, termLength: number, isSparse: boolean): LogRequest {
    const requestId = this.#nextRequestId++;
    this.#pending.set(requestId, { log, termLength, answer: undefined, isCancelled: false });
    this.#send({ kind: 'create-log', requestId, log, termLength, isSparse });
    return {
      poll: () => this.#poll(requestId),
      cancel: () => this.#cancel(requestId),
    };
  }

  /** Unmaps the log and has its file deleted; here and now once this proxy is closed. */
  free(log: LogId, mapped: MappedLog): void {
    mapped.unmap();
    this.#ports.onMappedBytes(-mapped.length);
    this.#freeFile(log);
  }

  /**
   * The agent has ended. Deletes the files of logs that were asked for and never taken, and those that no agent deletes any
   * more. What can't be deleted goes with the driver's directory.
   */
  close(): void {
    this.#isClosed = true;
    const left = this.#unsent.splice(0).flatMap((command) => (command.kind === 'free-log' ? [command.log] : []));
    const untaken = [...this.#pending.values()].map((pending) => pending.log);
    this.#pending.clear();
    for (const log of [...left, ...untaken]) {
      this.#freeFile(log);
    }
  }

  #poll(requestId: number): MappedLog | undefined {
    this.doWork();
    const pending = this.#pending.get(requestId);
    if (pending?.answer === undefined) {
      return undefined;
    }
    this.#pending.delete(requestId);
    if (pending.answer.kind === 'failed') {
      throw new ControlProtocolError(pending.answer.errorCode, pending.answer.message);
    }
    return this.#map(pending);
  }

  #map({ log, termLength }: Pending): MappedLog {
    const { mapper, aeronDirectory, filePageSize, onMappedBytes } = this.#ports;
    try {
      const mapped = MappedLog.map(mapper, logFilePath(aeronDirectory, log), termLength, filePageSize);
      onMappedBytes(mapped.length);
      return mapped;
    } catch (error) {
      this.#freeFile(log);
      throw error;
    }
  }

  #cancel(requestId: number): void {
    const pending = this.#pending.get(requestId);
    if (pending !== undefined) {
      pending.isCancelled = true;
      this.#settleIfCancelled(requestId, pending);
    }
  }

  #settleIfCancelled(requestId: number, { log, answer, isCancelled }: Pending): void {
    if (!isCancelled || answer === undefined) {
      return;
    }
    this.#pending.delete(requestId);
    if (answer.kind === 'done') {
      this.#freeFile(log);
    }
  }

  #freeFile(log: LogId): void {
    if (this.#isClosed) {
      this.#ports.store.delete(log);
    } else {
      this.#send({ kind: 'free-log', log });
    }
  }

  #send(command: NativeResourceCommand): void {
    this.#unsent.push(command);
    this.#sendCommands();
  }

  #sendCommands(): void {
    for (let next = this.#unsent[0]; next !== undefined; next = this.#unsent[0]) {
      if (!this.#ports.commands.offer(next)) {
        this.#ports.onFailedOffer();
        return;
      }
      this.#unsent.shift();
    }
  }

  readonly #onAnswer = (answer: NativeResourceAnswer): void => {
    const pending = this.#pending.get(answer.requestId);
    if (pending !== undefined) {
      pending.answer = answer;
      this.#settleIfCancelled(answer.requestId, pending);
    }
  };
}
