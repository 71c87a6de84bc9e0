// SPDX-License-Identifier: Apache-2.0
/** All ports of this thread over Node and the operating system. */
import type { Platform } from '../ports.ts';
import { NodeClock } from './clock.ts';
import type { DgramLimits } from './datagram/dgram-socket.ts';
import { DgramTransport } from './datagram/dgram-transport.ts';
import { NodeDiagnostics } from './diagnostics.ts';
import { NodeFiles } from './files.ts';
import { NodeHost } from './host.ts';
import { type ChooseMapperOptions, chooseMapper } from './mapping/choose-mapper.ts';
import { NodeNames } from './names.ts';
import { NodeScheduler } from './scheduler.ts';
import { NodeThreads } from './threads.ts';

/** What may be chosen about the ports; the rest follows from the machine. */
export interface NodePlatformOptions {
  /** Who maps files; `auto` when left out. */
  readonly mapping?: ChooseMapperOptions;
  /** Bounds of each socket's memory. */
  readonly datagrams?: Partial<DgramLimits>;
}

/** @throws AeronError MAPPING when no provider of mapping, or not the forced one, can be used. */
export function nodePlatform(options: NodePlatformOptions = {}): Platform {
  return {
    clock: new NodeClock(),
    files: new NodeFiles(),
    mapper: chooseMapper(options.mapping),
    datagrams: new DgramTransport(options.datagrams),
    names: new NodeNames(),
    threads: new NodeThreads(),
    host: new NodeHost(),
    scheduler: new NodeScheduler(),
    diagnostics: new NodeDiagnostics(),
  };
}
