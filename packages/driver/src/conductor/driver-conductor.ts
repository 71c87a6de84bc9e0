// SPDX-License-Identifier: Apache-2.0
/**
 * The conductor is a scheduler: it reads the clock, asks at ticks whatever lives by time, goes on with one client's command and
 * one command of another agent, and follows the streams. What is done about each is elsewhere: commands/, registry/, ../ipc/.
 * One thread; it never waits and never does slow work itself.
 *
 * @source aeron-driver/DriverConductor
 */
import {
  type Agent,
  AgentTerminationError,
  type CachedClock,
  type Clock,
  type ErrorHandler,
} from '@aeron/core/internal';
import { BlockedCommandsCheck, type UnblockableRing } from './blocked-commands-check.ts';

const EPOCH_UPDATE_INTERVAL_NS = 1_000_000;

/** A part of one pass. @returns how much was done. */
export type WorkStage = () => number;

/** Something that is asked at every tick. */
export interface TimedStage {
  onTimeEvent(nowNs: number, nowMs: number): void;
}

/** The clients' ring, as far as the scheduler itself deals with it. */
export interface HeartbeatRing extends UnblockableRing {
  putConsumerHeartbeatTimeMs(timeMs: number): void;
}

/** What the conductor is made of. */
export interface DriverConductorParts {
  readonly roleName: string;
  /** The real one. */
  readonly clock: Clock;
  /** The one that all parts read; updated here, once per pass. */
  readonly cachedClock: CachedClock;
  readonly ring: HeartbeatRing;
  readonly timerIntervalNs: number;
  readonly clientLivenessTimeoutNs: number;
  /**
   * In the order of the reference: clients, publication links, network publications, subscription links, images, IPC
   * publications, counter links. What a dead client owned goes in the tick that finds it dead.
   */
  readonly timedStages: readonly TimedStage[];
  /** In the order of a pass: one client command, one command of another agent, images, network and IPC publications. */
  readonly workStages: readonly WorkStage[];
  readonly dutyCycle: { update(nowNs: number): void; measureAndUpdate(nowNs: number): void };
  /** Whether there is neither client nor stream. */
  readonly isDormant: () => boolean;
  /** Whether anything but the clients' ring and the time asks for a pass. */
  readonly hasNews: () => boolean;
  /** System counter 20. */
  readonly onCommandsUnblocked: () => void;
  /** Gives up all that is left, after the last pass. */
  readonly onClose: () => void;
  readonly onError: ErrorHandler;
}

export class DriverConductor implements Agent {
  readonly roleName: string;
  readonly #parts: DriverConductorParts;
  #blockedCommands: BlockedCommandsCheck;
  #timerDeadlineNs: number;
  #epochUpdateDeadlineNs: number;

  constructor(parts: DriverConductorParts) {
    this.roleName = parts.roleName;
    this.#parts = parts;
    const nowNs = this.#readClocks();
    this.#blockedCommands = this.#newBlockedCommandsCheck(nowNs);
    this.#timerDeadlineNs = nowNs + parts.timerIntervalNs;
    this.#epochUpdateDeadlineNs = nowNs + EPOCH_UPDATE_INTERVAL_NS;
  }

  get isDormant(): boolean {
    return this.#parts.isDormant();
  }

  hasNews(): boolean {
    const { clock, ring, hasNews } = this.#parts;
    return ring.producerPosition !== ring.consumerPosition || clock.nanoTime() > this.#timerDeadlineNs || hasNews();
  }

  onRested(): void {
    const { clock, dutyCycle } = this.#parts;
    dutyCycle.update(clock.nanoTime());
  }

  /** Time starts to count here; construction may have been long ago. */
  onStart(): void {
    const nowNs = this.#readClocks();
    this.#parts.dutyCycle.update(nowNs);
    this.#blockedCommands = this.#newBlockedCommandsCheck(nowNs);
    this.#timerDeadlineNs = nowNs + this.#parts.timerIntervalNs;
    this.#epochUpdateDeadlineNs = nowNs + EPOCH_UPDATE_INTERVAL_NS;
  }

  doWork(): number {
    const nowNs = this.#trackTime();
    let workCount = 0;
    if (nowNs > this.#timerDeadlineNs) {
      this.#timerDeadlineNs = nowNs + this.#parts.timerIntervalNs;
      this.#onTick(nowNs);
      workCount = 1;
    }
    const stages = this.#parts.workStages;
    for (let i = 0; i < stages.length; i++) {
      workCount += this.#run(stages[i]);
    }
    return workCount;
  }

  onClose(): void {
    this.#parts.onClose();
  }

  #onTick(nowNs: number): void {
    const { ring, timedStages, cachedClock } = this.#parts;
    const nowMs = cachedClock.epochMs();
    ring.putConsumerHeartbeatTimeMs(nowMs);
    for (const stage of timedStages) {
      this.#guard(() => stage.onTimeEvent(nowNs, nowMs));
    }
    this.#guard(() => {
      if (this.#blockedCommands.unblockIfStuck(nowNs)) {
        this.#parts.onCommandsUnblocked();
      }
    });
  }

  #trackTime(): number {
    const { clock, cachedClock, dutyCycle } = this.#parts;
    const nowNs = clock.nanoTime();
    cachedClock.updateNanoTime(nowNs);
    dutyCycle.measureAndUpdate(nowNs);
    if (nowNs > this.#epochUpdateDeadlineNs) {
      this.#epochUpdateDeadlineNs = nowNs + EPOCH_UPDATE_INTERVAL_NS;
      cachedClock.updateEpochMs(clock.epochMs());
    }
    return nowNs;
  }

  #readClocks(): number {
    const { clock, cachedClock } = this.#parts;
    const nowNs = clock.nanoTime();
    cachedClock.updateNanoTime(nowNs);
    cachedClock.updateEpochMs(clock.epochMs());
    return nowNs;
  }

  #newBlockedCommandsCheck(nowNs: number): BlockedCommandsCheck {
    return new BlockedCommandsCheck(this.#parts.ring, this.#parts.clientLivenessTimeoutNs, nowNs);
  }

  /** The one place where an error of a stage ends: it is reported, and the other stages get their turn. */
  #run(stage: WorkStage | undefined): number {
    try {
      return stage?.() ?? 0;
    } catch (error) {
      this.#report(error);
      return 0;
    }
  }

  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#report(error);
    }
  }

  #report(error: unknown): void {
    if (error instanceof AgentTerminationError) {
      throw error;
    }
    this.#parts.onError(error instanceof Error ? error : new Error(String(error)));
  }
}
