// SPDX-License-Identifier: Apache-2.0
/** What the thread of a driver and the thread that launched it say to each other. Plain data, since it is cloned on the way. */
import {
  AeronError,
  type AeronErrorCode,
  type ErrorCategory,
  isAeronError,
  type SocketBufferLimits,
} from '@aeron/core/internal';
import type { RingQueueMemory } from '../agents/driver-queues.ts';
import type { DriverConfig } from '../config/driver-config.ts';
import type { DriverThread } from '../config/idle-strategies.ts';
import type { AgentRole } from '../driver-agents.ts';
import type { NoticeStream } from '../driver-hooks.ts';
import type { ResolverCounterIds } from '../naming/resolver-counters.ts';
import type { ThreadEvent, ThreadRequest } from './thread-relay.ts';

/** What the thread is started with. */
export interface DriverThreadData {
  readonly config: DriverConfig;
  readonly socketBufferLimits: SocketBufferLimits;
}

/** From the driver's thread. */
export type FromDriver =
  | { readonly kind: 'ready'; readonly datagramTransport: string }
  | { readonly kind: 'failed'; readonly error: ErrorData }
  | { readonly kind: 'error'; readonly error: ErrorData }
  | { readonly kind: 'notice'; readonly stream: NoticeStream; readonly text: string }
  | { readonly kind: 'termination-requested' }
  | { readonly kind: 'thread'; readonly request: ThreadRequest }
  | { readonly kind: 'closed'; readonly error?: ErrorData };

/** To the driver's thread. */
export type ToDriver =
  | { readonly kind: 'close' }
  | { readonly kind: 'fail'; readonly error: ErrorData }
  | { readonly kind: 'thread'; readonly event: ThreadEvent };

/** What a thread of agents is started with. */
export interface AgentThreadData {
  readonly thread: DriverThread;
  /** What runs in it, in the order of a pass. */
  readonly roles: readonly AgentRole[];
  readonly config: DriverConfig;
  readonly queues: RingQueueMemory;
  readonly stateMemory: SharedArrayBuffer;
  readonly resolverCounterIds: ResolverCounterIds;
}

/** From a thread of agents; it exits after it has `failed`. */
export type FromAgentThread =
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly error: ErrorData }
  | { readonly kind: 'error'; readonly error: ErrorData };

/** An error as data: cloning an Error would lose its code. */
export interface ErrorData {
  readonly name: string;
  readonly message: string;
  readonly stack?: string | undefined;
  readonly code?: AeronErrorCode | undefined;
  readonly category?: ErrorCategory | undefined;
  readonly cause?: ErrorData | undefined;
}

const CAUSE_DEPTH_LIMIT = 8;

export function errorToData(error: unknown, depth = 0): ErrorData {
  if (!(error instanceof Error)) {
    return { name: 'Error', message: String(error) };
  }
  const { name, message, stack, cause } = error;
  const aeron = isAeronError(error) ? { code: error.code, category: error.category } : {};
  const known = { name, message, stack, ...aeron };
  return cause === undefined || depth >= CAUSE_DEPTH_LIMIT ? known : { ...known, cause: errorToData(cause, depth + 1) };
}

export function errorFromData(data: ErrorData): Error {
  const { code, category, message, name, stack } = data;
  const options = data.cause === undefined ? {} : { cause: errorFromData(data.cause) };
  const error =
    code === undefined
      ? new Error(message, options)
      : new AeronError(code, message, { ...options, ...(category === undefined ? {} : { category }) });
  Object.defineProperty(error, 'name', { value: name, configurable: true, writable: true });
  if (stack !== undefined) {
    error.stack = stack;
  }
  return error;
}
