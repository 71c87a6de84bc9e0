// SPDX-License-Identifier: Apache-2.0
/**
 * Puts one driver together in the calling thread: files, counters, error handling, and the agents that run here. This is the
 * inner half of the composition root; media-driver.ts decides in which thread it runs and who polls it.
 *
 * Order: everything is in place before the version of the CnC file tells clients so, and the heartbeat says "ended" only after
 * the agents have closed.
 *
 * @source aeron-driver/MediaDriver
 */
import type { CncFile } from '@aeron/codecs/internal';
import {
  type Agent,
  BroadcastTransmitter,
  CompositeAgent,
  CountedErrorHandler,
  CountersManager,
  DistinctErrorLog,
  DutyCycleTracker,
  ManyToOneRingBuffer,
  type MappedFile,
  type Platform,
  type SocketBufferLimits,
  toError,
} from '@aeron/core/internal';
import { createCncFile, signalReady, signalShutdown } from './cnc/create-cnc-file.ts';
import { deleteDirectory } from './cnc/prepare-directory.ts';
import type { DriverConfig } from './config/driver-config.ts';
import { threadIdleStrategy } from './config/idle-strategies.ts';
import { hasAgentThreads } from './config/thread-settings.ts';
import { createDriverAgents } from './driver-agents.ts';
import type { DriverHooks } from './driver-hooks.ts';
import type { DriverResources } from './driver-resources.ts';
import type { DriverSuppliers } from './driver-suppliers.ts';
import { findDriverEvents, ServedDirectory } from './events/driver-events.ts';
import { allocateResolverCounters } from './naming/resolver-counters.ts';
import { createLossReportFile, LossReport } from './reports/loss-report.ts';
import { createStateMemory } from './shared-state/state-table.ts';
import { allocateDatagramTransportCounter } from './status/datagram-transport-counter.ts';
import { SystemCounters } from './status/system-counters.ts';
import { DormantIdleStrategy } from './threads/dormant-idle.ts';

const NS_PER_MS = 1e6;
const SHARED_THREAD_NAME = 'aeron-md-shd';

/** What a driver is made from, wherever it runs. */
export interface DriverSetup {
  readonly platform: Platform;
  readonly config: DriverConfig;
  readonly hooks: DriverHooks;
  readonly socketBufferLimits: SocketBufferLimits;
  readonly suppliers: DriverSuppliers;
}

export class AssembledDriver {
  /** What runs in this thread: all agents of the driver as one, or the conductor alone. */
  readonly agent: Agent;
  readonly resources: DriverResources;
  /** Called when a datagram arrives while the agents idle; whoever runs them may put something in its place. */
  onReadable: () => void = () => undefined;
  readonly #files: DriverFiles;
  readonly #errorHandler: CountedErrorHandler;
  readonly #hooks: DriverHooks;
  readonly #servedDirectory: ServedDirectory;
  #isClosed = false;

  /**
   * Clients wait until `open`. The directory must exist and be empty: see prepare-directory.ts.
   *
   * @param createAgent makes what runs in this thread.
   * @throws AeronError STORAGE_SPACE, FILE_ACCESS, MAPPING; then nothing is left behind.
   */
  constructor(
    { platform, config, hooks, socketBufferLimits, suppliers }: DriverSetup,
    createAgent: (resources: DriverResources) => Agent = createSharedAgent,
  ) {
    const files = createDriverFiles(platform, config, hooks);
    try {
      const { cnc, lossReport } = files;
      const counters = newCountersManager(cnc, platform, config);
      const systemCounters = new SystemCounters(counters, config);
      systemCounters.get('BYTES_CURRENTLY_MAPPED').set(cnc.length + lossReport.length);
      allocateDatagramTransportCounter(counters, platform.datagrams.name);
      this.#files = files;
      this.#hooks = hooks;
      this.#servedDirectory = new ServedDirectory(platform);
      this.#errorHandler = newErrorHandler(cnc, systemCounters, platform, { config, hooks });
      this.resources = Object.freeze({
        config,
        platform,
        suppliers,
        toDriver: new ManyToOneRingBuffer(cnc.toDriver),
        toClients: new BroadcastTransmitter(cnc.toClients),
        counters,
        systemCounters,
        resolverCounterIds: allocateResolverCounters(counters, config),
        stateMemory: createStateMemory(),
        lossReport: new LossReport(lossReport),
        socketBufferLimits,
        onReadable: () => this.onReadable(),
        events: findDriverEvents(platform),
        onError: this.#errorHandler.onError,
        conductorDutyCycle: newConductorDutyCycle(systemCounters, config),
        validateTermination: suppliers.validateTermination ?? hooks.validateTermination,
        onTerminationRequested: hooks.onTerminationRequested,
      });
      this.agent = createAgent(this.resources);
    } catch (error) {
      discardDriverFiles(platform, config, hooks, files);
      throw error;
    }
  }

  /** Opens the driver to clients, once all agents are there. */
  open(): void {
    const { config, events, toDriver, platform } = this.resources;
    signalReady(this.#files.cnc, toDriver, platform.clock);
    this.#servedDirectory.open(config.aeronDirectoryName, events);
  }

  /** What the thread that runs the agents here does when there is no work. */
  idleStrategy(): DormantIdleStrategy {
    const { config, systemCounters } = this.resources;
    const thread = hasAgentThreads(config) ? 'conductor' : 'shared';
    const strategy = threadIdleStrategy(thread, config, systemCounters.get('CONTROLLABLE_IDLE_STRATEGY'));
    return new DormantIdleStrategy(strategy, this.agent, config.dormantParkPeriodNs);
  }

  /** In place of `open`: an agent could not be started. */
  discard(): void {
    const { platform, config } = this.resources;
    this.#isClosed = true;
    this.#errorHandler.close();
    discardDriverFiles(platform, config, this.#hooks, this.#files);
  }

  /** To be called once the agents have closed: tells clients that the driver has ended, and gives up the files. Idempotent. */
  close(): void {
    if (this.#isClosed) {
      return;
    }
    this.#isClosed = true;
    const { config, platform, toDriver } = this.resources;
    this.#servedDirectory.close();
    this.#errorHandler.close();
    signalShutdown(this.#files.cnc, toDriver);
    this.#files.lossReport.unmap();
    if (config.dirDeleteOnShutdown) {
      deleteDirectory(platform, config.aeronDirectoryName);
    }
  }
}

function createSharedAgent(resources: DriverResources): Agent {
  const name = resources.config.threadNaming === 'new' ? SHARED_THREAD_NAME : undefined;
  return new CompositeAgent(createDriverAgents(resources), name);
}

interface DriverFiles {
  readonly cnc: CncFile;
  readonly lossReport: MappedFile;
}

function createDriverFiles(platform: Platform, config: DriverConfig, hooks: DriverHooks): DriverFiles {
  let cnc: CncFile | undefined;
  try {
    cnc = createCncFile(platform, config);
    return { cnc, lossReport: createLossReportFile(platform.mapper, config) };
  } catch (error) {
    discardDriverFiles(platform, config, hooks, { cnc });
    throw error;
  }
}

type DiscardedFiles = { readonly cnc: CncFile | undefined; readonly lossReport?: MappedFile };

/** A CnC file without version would make the next driver wait for this one to finish it. */
function discardDriverFiles(platform: Platform, config: DriverConfig, hooks: DriverHooks, files: DiscardedFiles): void {
  files.lossReport?.unmap();
  files.cnc?.close();
  try {
    deleteDirectory(platform, config.aeronDirectoryName);
  } catch (error) {
    hooks.notice('stderr', `WARNING: ${toError(error).message}`); // the error that led here is thrown, not this one
  }
}

function newCountersManager(cnc: CncFile, { clock }: Platform, config: DriverConfig): CountersManager {
  return new CountersManager(cnc.countersMetadata, cnc.countersValues, {
    epochClock: clock,
    freeToReuseTimeoutMs: Math.ceil(config.counterFreeToReuseTimeoutNs / NS_PER_MS),
    labelCharset: 'ascii',
  });
}

function newErrorHandler(
  cnc: CncFile,
  systemCounters: SystemCounters,
  { clock }: Platform,
  { config, hooks }: { readonly config: DriverConfig; readonly hooks: DriverHooks },
): CountedErrorHandler {
  const target = config.fallbackLogger;
  return new CountedErrorHandler({
    errorLog: new DistinctErrorLog(cnc.errorLog, clock),
    errorCounter: systemCounters.get('ERRORS'),
    delegate: hooks.onError,
    print: target === 'no_op' ? () => undefined : (text) => hooks.notice(target, text),
  });
}

function newConductorDutyCycle(systemCounters: SystemCounters, config: DriverConfig): DutyCycleTracker {
  return new DutyCycleTracker({
    maxCycleTime: systemCounters.get('CONDUCTOR_MAX_CYCLE_TIME'),
    cycleTimeThresholdExceededCount: systemCounters.get('CONDUCTOR_CYCLE_TIME_THRESHOLD_EXCEEDED'),
    cycleTimeThresholdNs: config.conductorCycleThresholdNs,
  });
}
