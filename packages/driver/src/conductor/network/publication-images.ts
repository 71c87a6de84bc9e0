// SPDX-License-Identifier: Apache-2.0
/** The images of the driver, and how they are found. Conductor only. */
import type { ErrorHandler } from '@aeron/core/internal';
import { MANY_TURNS, RestingTurns } from '../../agents/resting-turns.ts';
import { WakeList } from '../../shared-state/state-table.ts';
import { WakeCalls } from '../../shared-state/wake-calls.ts';
import { ManagedResources } from '../managed-resource.ts';
import type { PublicationImage } from './publication-image.ts';

export class PublicationImages {
  readonly #images: ManagedResources<PublicationImage>;
  readonly #turns = new RestingTurns(MANY_TURNS);
  readonly #calls: WakeCalls;

  constructor(stateMemory: SharedArrayBuffer, onError: ErrorHandler) {
    this.#calls = new WakeCalls(stateMemory, WakeList.CONDUCTOR_IMAGES);
    this.#images = new ManagedResources(onError);
  }

  get items(): readonly PublicationImage[] {
    return this.#images.items;
  }

  add(image: PublicationImage): void {
    this.#images.add(image);
  }

  find(correlationId: number): PublicationImage | undefined {
    return this.#images.find((image) => image.registrationId === correlationId);
  }

  onTimeEvent(nowNs: number, nowMs: number): void {
    this.#images.onTimeEvent(nowNs, nowMs);
  }

  /** In every pass of the conductor. @returns how much was done. */
  trackRebuild(nowNs: number): number {
    const images = this.#images.items;
    let workCount = 0;
    this.#turns.begin(images.length, nowNs);
    const isCalled = this.#calls.begin();
    for (let i = 0; i < images.length; i++) {
      const image = images[i] as PublicationImage;
      if (isCalled && this.#calls.take(image.stateIndex)) {
        image.quietLooks = 0;
      }
      if (!this.#turns.mayPassOver(i, image.quietLooks)) {
        workCount += image.trackRebuild(nowNs);
      }
    }
    return workCount;
  }

  /** The driver closes: each gives up what it holds. */
  closeAll(): void {
    this.#images.closeAll();
  }
}
