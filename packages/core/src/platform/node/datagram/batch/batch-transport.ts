// SPDX-License-Identifier: Apache-2.0
/**
 * The datagram transport of Linux: several datagrams by one system call, sent from where they lie. One for each thread; closed
 * sockets give everything back, and what the transport itself holds (memory, one descriptor) ends with the thread.
 */
import { AeronError } from '../../../../errors/aeron-error.ts';
import type {
  DatagramOptions,
  DatagramSocket,
  Datagrams,
  NetworkInterface,
  SocketBufferLimits,
} from '../../../ports.ts';
import { probeBufferLimits } from '../buffer-limits.ts';
import { listInterfaces } from '../interfaces.ts';
import { type BatchParts, BatchSocket } from './batch-socket.ts';
import { MemoryAddresses } from './memory-addresses.ts';
import { type NativeSockets, nativeSockets } from './native-sockets.ts';
import { exchange, probeOffload } from './probe.ts';
import { Readiness } from './readiness.ts';
import { ReceiveBatch } from './receive-batch.ts';
import { SendBatch } from './send-batch.ts';
import { SocketNames } from './socket-names.ts';
import { SocketOpener } from './socket-opener.ts';
import { SourceAddresses } from './source-addresses.ts';
import { TargetNames } from './target-names.ts';

/** `batch` makes plain calls; `offload` also has the kernel cut and join datagrams. */
export type BatchTransportKind = 'batch' | 'offload';

/** Tests reach paths of other kernels by calls of their own. */
export interface BatchTransportOptions {
  readonly native?: NativeSockets | Error;
}

/** @source aeron-driver/UdpChannelTransport */
export class BatchTransport implements Datagrams {
  readonly name: BatchTransportKind;
  readonly #parts: BatchParts;

  /** @throws AeronError CONFIGURATION where the calls, or the offload, are not to be had; it says why. */
  constructor(kind: BatchTransportKind, options: BatchTransportOptions = {}) {
    const native = options.native ?? nativeSockets();
    if (native instanceof Error) {
      throw unusable(kind, native.message, native);
    }
    const parts = createParts(native);
    try {
      this.name = kind;
      this.#parts = kind === 'offload' ? { ...parts, ...probeOffload(parts) } : parts;
      exchange(this.#parts);
    } catch (cause) {
      throw unusable(kind, (cause as Error).message, cause);
    }
  }

  open(options: DatagramOptions): DatagramSocket {
    return new BatchSocket(options, this.#parts);
  }

  interfaces(): readonly NetworkInterface[] {
    return listInterfaces();
  }

  bufferLimits(): Promise<SocketBufferLimits> {
    return probeBufferLimits();
  }

  readonly wait = (timeoutNs: number): void => {
    this.#parts.readiness.wait(timeoutNs);
  };
}

/** Without offload. */
function createParts(native: NativeSockets): BatchParts {
  const names = new SocketNames(native, listInterfaces);
  return {
    native,
    opener: new SocketOpener(native, names),
    targets: new TargetNames(native, names),
    addresses: new MemoryAddresses(native),
    receiveBatch: new ReceiveBatch(native, new SourceAddresses(native, names)),
    sendBatch: new SendBatch(native),
    readiness: new Readiness(native),
    segmentLengthMax: 0,
    isCoalescing: false,
  };
}

function unusable(kind: BatchTransportKind, reason: string, cause: unknown): AeronError {
  return new AeronError('CONFIGURATION', `datagram transport can't be used: transport=${kind}: ${reason}`, { cause });
}
