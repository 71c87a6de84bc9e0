// SPDX-License-Identifier: Apache-2.0
/** All ports of this thread over Node and the operating system. */
import type { Platform } from '../ports.ts';
import { NodeClock } from './clock.ts';
import { type ChooseTransportOptions, chooseTransport } from './datagram/choose-transport.ts';
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
  /** How datagrams are sent and received; `dgram` when left out, which serves any thread that turns its event loop. */
  readonly datagrams?: ChooseTransportOptions;
}

/** @throws AeronError MAPPING when no provider of mapping, or not the forced one, can be used. */
export function nodePlatform(options: NodePlatformOptions = {}): Platform {
  return {
    clock: new NodeClock(),
    files: new NodeFiles(),
    mapper: chooseMapper(options.mapping),
    datagrams: chooseTransport({ transport: 'dgram', ...options.datagrams }),
    names: new NodeNames(),
    threads: new NodeThreads(),
    host: new NodeHost(),
    scheduler: new NodeScheduler(),
    diagnostics: new NodeDiagnostics(),
  };
}
