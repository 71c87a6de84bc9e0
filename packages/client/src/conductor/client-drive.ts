// SPDX-License-Identifier: Apache-2.0
/**
 * What makes the conductor run: the event loop, at the pace of an idle strategy and at once when an answer is awaited; or the
 * application, by an invoker. It never blocks the loop, and it keeps the process alive only while somebody awaits something
 * or `ref` was asked for.
 */
import type { Agent, ErrorHandler, IdleStrategy } from '@aeron/core';
import { AgentInvoker, AgentRunner } from '@aeron/core/internal';
import type { ClientConfig } from '../config/client-options.ts';

const NS_PER_MS = 1e6;

/** An agent that knows whether an answer is awaited. */
export interface AwaitableAgent extends Agent {
  readonly isAwaited: boolean;
}

export interface ClientDrive {
  /** For the application to call; undefined when the event loop runs the client. */
  readonly invoker: AgentInvoker | undefined;
  /** Something was sent or is awaited: the next duty cycle comes as soon as the loop gets to it. */
  wake(): void;
  /** Whether the open client alone keeps the process alive. */
  holdProcess(holds: boolean): void;
  /** Ends the agent. Idempotent. */
  close(): void;
}

/** Starts the agent the way that the options ask for. */
export function startDrive(agent: AwaitableAgent, config: ClientConfig, errorHandler: ErrorHandler): ClientDrive {
  return config.wiring.useConductorAgentInvoker === true
    ? new InvokerDrive(agent, config, errorHandler)
    : new LoopDrive(agent, config, errorHandler);
}

class LoopDrive implements ClientDrive {
  readonly invoker = undefined;
  readonly #agent: AwaitableAgent;
  readonly #runner: AgentRunner;
  readonly #awaiting: IdleStrategy;
  #holdsProcess: boolean;
  #wasAwaited = false;

  constructor(agent: AwaitableAgent, config: ClientConfig, errorHandler: ErrorHandler) {
    this.#agent = agent;
    this.#awaiting = config.awaitingIdleStrategy;
    this.#holdsProcess = config.wiring.keepProcessAlive === true;
    const idleStrategy: IdleStrategy = {
      alias: 'client',
      idle: (workCount) => this.#strategy(config.idleStrategy).idle(workCount),
      reset: () => config.idleStrategy.reset(),
    };
    this.#runner = new AgentRunner({ agent, errorHandler, idleStrategy });
    const { scheduler, clock } = config.platform;
    this.#runner.startOnEventLoop({ scheduler, clock, keepAlive: this.#holdsProcess });
  }

  wake(): void {
    const isAwaited = this.#agent.isAwaited;
    if (isAwaited === this.#wasAwaited) {
      this.#runner.wake();
    } else {
      this.#awaiting.reset();
      this.#setAwaited(isAwaited);
    }
  }

  holdProcess(holds: boolean): void {
    this.#holdsProcess = holds;
    this.#setAwaited(this.#agent.isAwaited);
  }

  close(): void {
    void this.#runner.close();
  }

  /** The strategy for now; lets go of the process when the last answer has come. */
  #strategy(idle: IdleStrategy): IdleStrategy {
    const isAwaited = this.#agent.isAwaited;
    if (isAwaited !== this.#wasAwaited) {
      this.#setAwaited(isAwaited);
    }
    return isAwaited ? this.#awaiting : idle;
  }

  #setAwaited(isAwaited: boolean): void {
    this.#wasAwaited = isAwaited;
    this.#runner.keepAlive = this.#holdsProcess || isAwaited; // schedules the next cycle as well
  }
}

/** The application invokes; only while an answer is awaited does the event loop invoke as well, and the driver with it. */
class InvokerDrive implements ClientDrive {
  readonly invoker: AgentInvoker;
  readonly #agent: AwaitableAgent;
  readonly #config: ClientConfig;
  readonly #pump = (): void => this.#run();
  #handle: unknown;

  constructor(agent: AwaitableAgent, config: ClientConfig, errorHandler: ErrorHandler) {
    this.#agent = agent;
    this.#config = config;
    this.invoker = new AgentInvoker({ agent, errorHandler });
    this.invoker.start();
  }

  wake(): void {
    if (this.#handle === undefined && this.#agent.isAwaited) {
      this.#config.awaitingIdleStrategy.reset();
      this.#handle = this.#config.platform.scheduler.soon(this.#pump);
    }
  }

  holdProcess(): void {}

  close(): void {
    this.#config.platform.scheduler.cancel(this.#handle);
    this.#handle = undefined;
    this.invoker.close();
  }

  #run(): void {
    this.#handle = undefined;
    const { driverAgentInvoker } = this.#config.wiring;
    const workCount = (driverAgentInvoker?.invoke() ?? 0) + this.invoker.invoke();
    if (!this.#agent.isAwaited || this.invoker.isClosed) {
      return;
    }
    const { scheduler } = this.#config.platform;
    const parkNs = this.#config.awaitingIdleStrategy.idle(workCount);
    this.#handle =
      parkNs > 0
        ? scheduler.after(Math.max(1, Math.round(parkNs / NS_PER_MS)), this.#pump, true)
        : scheduler.soon(this.#pump);
  }
}
