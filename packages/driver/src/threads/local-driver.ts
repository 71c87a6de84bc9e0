// SPDX-License-Identifier: Apache-2.0
/**
 * Runs a driver in the calling thread, whichever that is: all agents, or the conductor alone, with the others in threads of their
 * own. The agents end before the conductor, so that nothing works on what it frees, and files go last.
 */
import { AeronError, type ErrorHandler, isAeronError, toError } from '@aeron/core/internal';
import { createRingQueueMemory, RingQueues } from '../agents/driver-queues.ts';
import { AssembledDriver, type DriverSetup } from '../assembled-driver.ts';
import { createConductor } from '../conductor/create-conductor.ts';
import { hasAgentThreads } from '../config/thread-settings.ts';
import { type RunningAgent, runAgent, type ThreadUse, watchPlatform } from './agent-runner.ts';
import { AgentThreads } from './agent-threads.ts';
import type { RunningDriver } from './running-driver.ts';

export type { ThreadUse } from './agent-runner.ts';

/** @throws AeronError when the driver's files can't be created, or an agent can't start; then nothing is left open. */
export async function startLocalDriver(setup: DriverSetup, use: ThreadUse): Promise<LocalDriver> {
  const watched = watchPlatform(setup.platform);
  const { driver, threads } = await assemble({ ...setup, platform: watched.platform });
  driver.open();
  let startError: Error | undefined;
  let termination: Error | undefined;
  const errorHandler: ErrorHandler = (error) => {
    startError ??= error;
    termination ??= isAeronError(error, 'TERMINATED') ? error : undefined;
    driver.resources.onError(error);
  };
  const idleStrategy = driver.idleStrategy();
  const options = { agent: driver.agent, idleStrategy, rests: idleStrategy, errorHandler };
  const runner = runAgent(options, watched, use);
  driver.onReadable = () => runner.wake();
  const running = new LocalDriver(driver, runner, threads, () => termination);
  if (!runner.isRunning) {
    await running.close();
    throw startError ?? new AeronError('AERON', `agent did not start: role=${driver.agent.roleName}`);
  }
  return running;
}

interface Assembled {
  readonly driver: AssembledDriver;
  readonly threads: AgentThreads | undefined;
}

/** All but opening the driver to clients. */
async function assemble(setup: DriverSetup): Promise<Assembled> {
  if (!hasAgentThreads(setup.config)) {
    return { driver: new AssembledDriver(setup), threads: undefined };
  }
  const queues = createRingQueueMemory();
  const driver = new AssembledDriver(setup, (resources) => createConductor(resources, new RingQueues(queues)));
  const { config, stateMemory, resolverCounterIds, onError } = driver.resources;
  const threads = new AgentThreads(setup.platform, { config, queues, stateMemory, resolverCounterIds }, onError);
  try {
    await threads.start();
    return { driver, threads };
  } catch (error) {
    driver.discard();
    throw error;
  }
}

export class LocalDriver implements RunningDriver {
  readonly datagramTransport: string;
  readonly closed: Promise<void>;
  readonly #driver: AssembledDriver;
  readonly #runner: RunningAgent;
  readonly #threads: AgentThreads | undefined;
  #settle: { resolve(): void; reject(error: Error): void } = { resolve() {}, reject() {} };
  #isEnding = false;

  /** @param termination why the agents of this thread have ended, if they did so by themselves. */
  constructor(
    driver: AssembledDriver,
    runner: RunningAgent,
    threads: AgentThreads | undefined,
    termination: () => Error | undefined,
  ) {
    this.datagramTransport = driver.resources.platform.datagrams.name;
    this.#driver = driver;
    this.#runner = runner;
    this.#threads = threads;
    this.closed = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    // Whoever awaits it learns of a failure; without anyone it must not end the process.
    this.closed.catch(() => undefined);
    threads?.failed.then(
      (failure) => this.#end(failure),
      () => undefined,
    );
    runner.closed.then(
      () => this.#end(termination()),
      (error: unknown) => this.#end(toError(error)),
    );
  }

  close(): Promise<void> {
    this.#end(undefined);
    return this.closed;
  }

  fail(error: Error): Promise<void> {
    this.#driver.resources.onError(error);
    this.#end(error);
    return this.closed;
  }

  /**
   * Ends what is in this thread in this very call, for a thread that is about to end itself. Where agents have threads of their own,
   * who has started those is left to end them, and then to give up the files.
   */
  closeNow(): void {
    this.#isEnding = true;
    this.#runner.closeNow();
    if (this.#threads === undefined) {
      this.#driver.close();
    }
  }

  holdProcess(isHeld: boolean): void {
    this.#runner.keepAlive = isHeld;
    this.#threads?.holdProcess(isHeld);
  }

  #end(failure: Error | undefined): void {
    if (!this.#isEnding) {
      this.#isEnding = true;
      this.#endInOrder(failure).then(
        () => this.#settle.resolve(),
        (error: unknown) => this.#settle.reject(toError(error)),
      );
    }
  }

  /** @throws Error that made it end, or that came up while it ended. */
  async #endInOrder(failure: Error | undefined): Promise<void> {
    let problem = failure;
    const keep = (error: unknown): void => {
      problem ??= toError(error);
    };
    await this.#threads?.close().catch(keep);
    await this.#runner.close().catch(keep);
    this.#driver.close();
    if (problem !== undefined) {
      throw problem;
    }
  }
}
