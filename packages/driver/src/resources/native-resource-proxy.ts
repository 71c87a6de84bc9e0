// SPDX-License-Identifier: Apache-2.0
/**
 * The conductor's side of the native-resource agent: asks for log buffers and addresses, maps logs once their files exist, and
 * gives them up. Conductor only; never waits. What finds the queue full is counted, kept, and offered again on the next pass.
 */
import { ErrorCode } from '@aeron/codecs/internal';
import type { FileMapper, SocketAddress } from '@aeron/core/internal';
import { AgentOutbox } from '../agents/agent-outbox.ts';
import type { AgentInbox, AgentProxy } from '../agents/agent-queue.ts';
import { ControlProtocolError } from '../conductor/control-protocol-error.ts';
import type { UdpChannel } from '../media/udp-channel.ts';
import type { NameParameter } from '../naming/name-resolver.ts';
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

/** Something that was asked for. Poll it until it is there; cancel it if it is no longer wanted. */
export interface NativeRequest<Result> {
  /**
   * @returns the result, once; then it belongs to the caller. Undefined while it is not there.
   * @throws ControlProtocolError with the agent's code and text when it failed.
   */
  poll(): Result | undefined;
  /** Gives up on it; a log that arrives later is freed. */
  cancel(): void;
}

/** A log that was asked for; whoever gets it frees it. */
export type LogRequest = NativeRequest<MappedLog>;

/** What a look-up came to. */
export interface ResolvedName {
  /** Undefined: the name is unknown. */
  readonly address: SocketAddress | undefined;
}

type ProperAnswer = Exclude<NativeResourceAnswer, { readonly kind: 'failed' }>;

interface Pending {
  /** The log that was asked for, if it was a log. */
  readonly log: LogId | undefined;
  answer: NativeResourceAnswer | undefined;
  isCancelled: boolean;
}

/** @source aeron-driver/NativeResourceAgentProxy */
export class NativeResourceProxy {
  readonly #ports: NativeResourceProxyPorts;
  readonly #outbox: AgentOutbox<NativeResourceCommand>;
  readonly #pending = new Map<number, Pending>();
  #nextRequestId = 1;
  #isClosed = false;

  constructor(ports: NativeResourceProxyPorts) {
    this.#ports = ports;
    this.#outbox = new AgentOutbox(ports.commands, ports.onFailedOffer);
  }

  /** While true the conductor takes no client command, since it might need the agent. */
  get isApplyingBackPressure(): boolean {
    return this.#outbox.isApplyingBackPressure;
  }

  get hasNews(): boolean {
    return !this.#ports.answers.isEmpty || this.#outbox.hasUnsent;
  }

  /** Sends what could not be sent and takes in answers. @returns how many answers. */
  doWork(): number {
    this.#outbox.flush();
    return this.#ports.answers.drain(this.#onAnswer, ANSWER_LIMIT);
  }

  newLog(log: LogId, termLength: number, isSparse: boolean): LogRequest {
    return this.#request(
      (requestId) => ({ kind: 'create-log', requestId, log, termLength, isSparse }),
      () => this.#map(log, termLength),
      log,
    );
  }

  /** Parses a UDP channel and resolves its names. @param isDestination of a multi-destination subscription. */
  resolveChannel(uri: string, isDestination: boolean): NativeRequest<UdpChannel> {
    return this.#request(
      (requestId) => ({ kind: 'resolve-channel', requestId, uri, isDestination }),
      (answer) => (answer.kind === 'channel-resolved' ? answer.channel : unexpected(answer)),
    );
  }

  /** Looks up the address behind `host:port`. */
  resolveAddress(text: string, parameter: NameParameter, isReResolution: boolean): NativeRequest<ResolvedName> {
    return this.#request(
      (requestId) => ({ kind: 'resolve-address', requestId, text, parameter, isReResolution }),
      (answer) => (answer.kind === 'address-resolved' ? { address: answer.address } : unexpected(answer)),
    );
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
    const left = this.#outbox.takeUnsent().flatMap((command) => (command.kind === 'free-log' ? [command.log] : []));
    const untaken = [...this.#pending.values()].flatMap(({ log }) => log ?? []);
    this.#pending.clear();
    for (const log of [...left, ...untaken]) {
      this.#freeFile(log);
    }
  }

  #request<Result>(
    command: (requestId: number) => NativeResourceCommand,
    finish: (answer: ProperAnswer) => Result,
    log?: LogId,
  ): NativeRequest<Result> {
    const requestId = this.#nextRequestId++;
    this.#pending.set(requestId, { log, answer: undefined, isCancelled: false });
    this.#outbox.send(command(requestId));
    return {
      poll: () => {
        const answer = this.#poll(requestId);
        return answer && finish(answer);
      },
      cancel: () => this.#cancel(requestId),
    };
  }

  #poll(requestId: number): ProperAnswer | undefined {
    this.doWork();
    const answer = this.#pending.get(requestId)?.answer;
    if (answer === undefined) {
      return undefined;
    }
    this.#pending.delete(requestId);
    if (answer.kind === 'failed') {
      throw new ControlProtocolError(answer.errorCode, answer.message);
    }
    return answer;
  }

  #map(log: LogId, termLength: number): MappedLog {
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
    if (log !== undefined && answer.kind !== 'failed') {
      this.#freeFile(log);
    }
  }

  #freeFile(log: LogId): void {
    if (this.#isClosed) {
      this.#ports.store.delete(log);
    } else {
      this.#outbox.send({ kind: 'free-log', log });
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

function unexpected(answer: ProperAnswer): never {
  throw new ControlProtocolError(
    ErrorCode.GENERIC_ERROR,
    `unexpected answer of the native-resource agent: kind=${answer.kind}`,
  );
}
