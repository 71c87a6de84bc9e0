// SPDX-License-Identifier: Apache-2.0
/**
 * What runs in the thread of the reader: turns of reading and of looking for commands, with a rest where nothing is to do. It
 * blocks only itself, and lets its event loop turn between, on which questions from other threads arrive.
 */
import { EVENT_TABLES, EventCatalogue, EventMemory } from '@aeron/codecs/internal';
import { type Platform, toError } from '@aeron/core/internal';
import { type AgentConfig, readerOf } from '../config/agent-settings.ts';
import { ControlActions } from '../control/control-actions.ts';
import { ControlServer } from '../control/control-server.ts';
import { CollectingSink } from '../sinks/collecting-sink.ts';
import { CountingSink } from '../sinks/counting-sink.ts';
import type { EventSink } from '../sinks/event-sink.ts';
import { createSink, newLineFormat } from './create-sink.ts';
import { EventLogReader } from './event-log-reader.ts';
import { type LoadModule, loadEventTables } from './load-extensions.ts';
import type { ReaderAnswer, ReaderConfig, ReaderRequest } from './reader-config.ts';

/** As the reference's reader sleeps. */
const REST_MS = 1;
/** How long a command waits at most while nothing is logged. */
const LONG_REST_MS = 100;
const CONTROL_INTERVAL_NS = 50_000_000;

export interface ReaderThreadPorts {
  readonly platform: Platform;
  readonly print: (bytes: Uint8Array) => void;
  readonly post: (answer: ReaderAnswer) => void;
  readonly load: LoadModule;
}

export class ReaderThread {
  readonly #memory: EventMemory;
  readonly #ports: ReaderThreadPorts;
  readonly #config: AgentConfig;
  readonly #catalogue: EventCatalogue;
  readonly #sink: EventSink;
  readonly #reader: EventLogReader;
  readonly #control: ControlServer;
  #controlDeadlineNs = 0;

  /** @throws ConfigurationError for modules that can't be used; Error when the file of the log can't be made. */
  constructor(data: ReaderConfig, ports: ReaderThreadPorts) {
    const { config } = data;
    const { platform, post, load, print } = ports;
    const { clock, host } = platform;
    const memory = new EventMemory(data.memory);
    const catalogue = new EventCatalogue([...EVENT_TABLES, ...loadEventTables(config.eventLogExtensions, load)]);
    const warn = (text: string): void => post({ kind: 'warning', text });
    const onError = (error: Error): void => warn(error.message);
    const sink = createSink(config, { platform, catalogue, memory, print, warn, onError, load });
    this.#memory = memory;
    this.#ports = ports;
    this.#config = config;
    this.#catalogue = catalogue;
    this.#sink = sink;
    this.#reader = new EventLogReader({ memory, catalogue, sinks: [sink], clock, onError });
    const reader = readerOf(config.eventLogReader);
    const output = reader === 'default' ? (config.eventLogFilename ?? 'standard output') : reader;
    const malformedCount = (): number => this.#reader.malformedCount;
    const actions = new ControlActions({ memory, catalogue, pid: host.pid, output, malformedCount, clock });
    this.#control = new ControlServer({ memory, platform, actions, onError });
    sink.flush?.();
  }

  /** Runs until the process ends. @param onEnd called when all has been written. */
  run(onEnd: () => void): void {
    if (this.#memory.isStopping) {
      this.#end();
      onEnd();
      return;
    }
    const wakeCount = this.#memory.wakeCount;
    if (this.#turn() === 0) {
      this.#memory.waitForWake(wakeCount, this.#isAnythingOn() ? REST_MS : LONG_REST_MS);
    }
    this.#ports.platform.scheduler.soon(() => this.run(onEnd), true);
  }

  onRequest(request: ReaderRequest): void {
    const { id } = request;
    try {
      this.#reader.drain();
      this.#ports.post({ kind: 'answer', id, value: this.#execute(request) });
    } catch (error) {
      this.#ports.post({ kind: 'answer', id, problem: toError(error).message });
    }
  }

  #turn(): number {
    const nowNs = this.#ports.platform.clock.nanoTime();
    let workCount = this.#reader.doWork();
    if (nowNs >= this.#controlDeadlineNs || workCount === 0) {
      this.#controlDeadlineNs = nowNs + CONTROL_INTERVAL_NS;
      workCount += this.#control.doWork();
    }
    return workCount;
  }

  #end(): void {
    try {
      this.#reader.onClose();
      this.#control.close();
    } finally {
      this.#memory.onStopped();
    }
  }

  #isAnythingOn(): boolean {
    return this.#catalogue.tables.some(({ typeCode }) => this.#memory.enabled(typeCode).some((bits) => bits !== 0));
  }

  #execute(request: ReaderRequest): unknown {
    switch (request.kind) {
      case 'start-collecting':
        this.#collecting().startCollecting(request.title);
        return undefined;
      case 'set-collecting':
        this.#collecting().isCollecting = request.isCollecting;
        return undefined;
      case 'write-to-file':
        this.#ports.platform.files.write(request.path, Buffer.from(`${this.#lines().join('\n')}\n`));
        return undefined;
      case 'lines':
        return this.#lines();
      case 'counts':
        return this.#counting().counts;
      case 'reset':
        this.#resettable().reset();
        return undefined;
    }
  }

  #lines(): string[] {
    const format = newLineFormat(this.#config, { catalogue: this.#catalogue, platform: this.#ports.platform });
    const { title, events, missingCount } = this.#collecting();
    const missing = missingCount === 0 ? '' : ` missing=${missingCount}`;
    return [`${title}: events=${events.length}${missing}`, ...events.map((event) => format.line(event))];
  }

  #collecting(): CollectingSink {
    return this.#sink instanceof CollectingSink ? this.#sink : this.#notThis('collecting');
  }

  #counting(): CountingSink {
    return this.#sink instanceof CountingSink ? this.#sink : this.#notThis('counting');
  }

  #resettable(): CollectingSink | CountingSink {
    return this.#sink instanceof CountingSink ? this.#sink : this.#collecting();
  }

  #notThis(expected: string): never {
    throw new Error(
      `the reader of events does something else: reader=${this.#config.eventLogReader} expected=${expected}`,
    );
  }
}
