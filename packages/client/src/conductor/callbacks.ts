// SPDX-License-Identifier: Apache-2.0
/**
 * Everything that the application hears of by itself: handlers given as options or added later, and typed events. Handlers
 * are called while the conductor works, so client calls are refused inside them. Events are emitted when it has finished,
 * and their listeners may call what they like.
 */
import type { EventEmitter } from 'node:events';
import type { CountersReader } from '@aeron/core';
import { type Diagnostics, toError } from '@aeron/core/internal';
import type {
  AvailableCounterHandler,
  ClientWiring,
  PublicationErrorFrameHandler,
  UnavailableCounterHandler,
} from '../config/client-options.ts';
import type { ClientSettings } from '../config/client-settings.ts';
import type { ClientMessage } from '../diagnostics/client-channels.ts';
import { ClientDiagnostics } from '../diagnostics/client-diagnostics.ts';
import { emitSafely } from '../events/emit-safely.ts';
import type { Image } from '../subscription/image.ts';
import type { Subscription } from '../subscription/subscription.ts';
import { ClientGuard } from './client-guard.ts';
import { HandlerList } from './handler-list.ts';

/** What `aeron.on` can be asked for. */
export interface AeronEvents {
  availableImage: [image: Image];
  unavailableImage: [image: Image];
  availableCounter: [registrationId: number, counterId: number];
  unavailableCounter: [registrationId: number, counterId: number];
  /** An error that no caller could be given. Without listener and `errorHandler` it is printed. */
  error: [error: Error];
  close: [];
}

/** Where diagnostics go, and whose they are. */
export interface DiagnosticsTarget {
  readonly diagnostics: Diagnostics;
  readonly identity: ClientMessage;
}

type FallbackLogger = ClientSettings['fallbackLogger'];

export class Callbacks {
  readonly guard: ClientGuard = new ClientGuard((error) => this.reportError(error));
  readonly availableCounterHandlers = new HandlerList<AvailableCounterHandler>();
  readonly unavailableCounterHandlers = new HandlerList<UnavailableCounterHandler>();
  readonly closeHandlers = new HandlerList<() => void>();
  readonly diagnostics: ClientDiagnostics;
  readonly #events: EventEmitter<AeronEvents>;
  readonly #wiring: ClientWiring;
  readonly #print: (error: unknown) => void;
  readonly #queue: (() => void)[] = [];
  #isFlushing = false;

  /** @param events where events are emitted. */
  constructor(
    wiring: ClientWiring,
    fallbackLogger: FallbackLogger,
    target: DiagnosticsTarget,
    events: EventEmitter<AeronEvents>,
  ) {
    this.#events = events;
    this.#wiring = wiring;
    this.diagnostics = new ClientDiagnostics(target.diagnostics, target.identity, (publish) =>
      this.#queue.push(publish),
    );
    this.#print = PRINTERS[fallbackLogger];
  }

  /** Tells the error handler and the listeners; prints when there are none. Never throws. */
  reportError(thrown: unknown): void {
    const error = toError(thrown);
    this.diagnostics.onError(error);
    const { errorHandler } = this.#wiring;
    try {
      errorHandler?.(error);
    } catch (failure) {
      this.#print(failure);
    }
    const isHeard = this.#emit('error', error);
    if (errorHandler === undefined && !isHeard) {
      this.#print(error);
    }
  }

  /** Takes what a fragment handler threw. Throws when the application's handler does. */
  readonly onSubscriberError = (error: Error): void => {
    const { subscriberErrorHandler } = this.#wiring;
    if (subscriberErrorHandler === undefined) {
      this.reportError(error);
    } else {
      subscriberErrorHandler(error);
    }
  };

  onAvailableImage(subscription: Subscription, image: Image): void {
    this.diagnostics.onImage('available', subscription, image);
    this.#queue.push(() => this.#emit('availableImage', image));
    const handler = subscription.availableImageHandler;
    if (handler !== undefined) {
      this.guard.callBack(() => handler(image));
    }
  }

  onUnavailableImage(subscription: Subscription, image: Image): void {
    this.diagnostics.onImage('unavailable', subscription, image);
    this.#queue.push(() => this.#emit('unavailableImage', image));
    const handler = subscription.unavailableImageHandler;
    if (handler !== undefined) {
      this.guard.callBack(() => handler(image));
    }
  }

  onAvailableCounter(counters: CountersReader, registrationId: number, counterId: number): void {
    this.diagnostics.onAnyCounter('available', registrationId, counterId);
    this.#queue.push(() => this.#emit('availableCounter', registrationId, counterId));
    for (const handler of this.availableCounterHandlers.all()) {
      this.guard.callBack(() => handler(counters, registrationId, counterId));
    }
  }

  onUnavailableCounter(counters: CountersReader, registrationId: number, counterId: number): void {
    this.diagnostics.onAnyCounter('unavailable', registrationId, counterId);
    this.#queue.push(() => this.#emit('unavailableCounter', registrationId, counterId));
    for (const handler of this.unavailableCounterHandlers.all()) {
      this.guard.callBack(() => handler(counters, registrationId, counterId));
    }
  }

  onPublicationError(frame: Parameters<PublicationErrorFrameHandler>[0]): void {
    try {
      this.#wiring.publicationErrorFrameHandler?.(frame);
    } catch (error) {
      this.reportError(error);
    }
  }

  onClose(): void {
    this.#queue.push(() => this.#emit('close'));
    for (const handler of this.closeHandlers.all()) {
      this.guard.callBack(handler);
    }
  }

  /** Emits the events that came up meanwhile. Not to be called while the conductor is at work. */
  flush(): void {
    if (this.#isFlushing) {
      return; // a listener has called the client; the outer call goes on with what that brought
    }
    this.#isFlushing = true;
    try {
      for (let emit = this.#queue.shift(); emit !== undefined; emit = this.#queue.shift()) {
        emit();
      }
    } finally {
      this.#isFlushing = false;
    }
  }

  #emit<E extends keyof AeronEvents>(event: E, ...args: AeronEvents[E]): boolean {
    return emitSafely(this.#events, this.#onListenerError, event, ...args);
  }

  readonly #onListenerError = (error: unknown): void => {
    const { errorHandler } = this.#wiring;
    if (errorHandler === undefined) {
      this.#print(error);
      return;
    }
    try {
      errorHandler(toError(error));
    } catch (failure) {
      this.#print(failure);
    }
  };
}

const PRINTERS: Readonly<Record<FallbackLogger, (error: unknown) => void>> = {
  stderr: (error) => console.error(error),
  stdout: (error) => console.log(error),
  no_op: () => undefined,
};
