// SPDX-License-Identifier: Apache-2.0
/** The public door: everything that an application meets. Sister packages use `./internal`. */

export {
  ChannelEndpointStatus,
  ChannelUri,
  ChannelUriStringBuilder,
  channelEndpointStatusName,
  channelUri,
  DRIVER_COUNTERS,
  ErrorCode,
  type ErrorCodeName,
  type PublicationErrorFrame,
  SYSTEM_COUNTERS,
  SystemCounterId,
} from '@aeron/codecs';
export {
  findHeartbeatCounterId,
  findLocalSocketAddress,
  findLocalSocketAddresses,
  isHeartbeatActive,
} from '@aeron/codecs/internal';
// By name: the build loses a star export of another package where two doors share a chunk.
export {
  AeronError,
  type AeronErrorCode,
  type AeronErrorOptions,
  type Agent,
  AgentTerminationError,
  type AgentTerminationOptions,
  AtomicBuffer,
  BackoffIdleStrategy,
  type BackoffLimits,
  type BytesLike,
  ConfigurationError,
  ControllableIdle,
  ControllableIdleStrategy,
  type CounterConsumer,
  type CounterMetadataConsumer,
  CounterState,
  CountersReader,
  createIdleStrategy,
  DEFAULT_BACKOFF,
  DEFAULT_COUNTER_TYPE_ID,
  ERROR_CODES,
  type ErrorCategory,
  type ErrorHandler,
  FixedIdleStrategy,
  IDLE_CONTINUE,
  IDLE_STRATEGY_ALIASES,
  IDLE_YIELD,
  type IdleStrategy,
  type IdleStrategyContext,
  idleStrategyAlias,
  isAeronError,
  MAX_COUNTER_KEY_LENGTH,
  MAX_COUNTER_LABEL_LENGTH,
  NULL_COUNTER_ID,
  ReadableCounter,
} from '@aeron/core';
export { Aeron, type CounterDetails, NULL_VALUE } from './aeron.ts';
export type { AeronEvents } from './conductor/callbacks.ts';
export type { AvailableImageHandler, UnavailableImageHandler, WaitOptions } from './conductor/ports.ts';
export type { ImageHandlers } from './conductor/registrations.ts';
export type {
  AeronOptions,
  AvailableCounterHandler,
  ClientWiring,
  PublicationErrorFrameHandler,
  UnavailableCounterHandler,
} from './config/client-options.ts';
export { type ClientSettings, clientSettings } from './config/client-settings.ts';
export * from './counter/aeron-counters.ts';
export { Counter } from './counter/counter.ts';
export {
  CLIENT_CHANNELS,
  type ClientChannelName,
  type ClientDiagnosticMessages,
  type ClientMessage,
} from './diagnostics/client-channels.ts';
export {
  type DriverActivityOptions,
  DriverDirectory,
  type DriverDirectoryOptions,
  type DriverFacts,
} from './driver-directory.ts';
export * from './errors/client-errors.ts';
export { BufferClaim } from './publication/buffer-claim.ts';
export { ConcurrentPublication } from './publication/concurrent-publication.ts';
export { DirectBufferVector } from './publication/direct-buffer-vector.ts';
export { ExclusivePublication } from './publication/exclusive-publication.ts';
export type { MessageBytes, MessageParts, MessageRange, ReservedValueSupplier } from './publication/message-types.ts';
export type { OfferOptions } from './publication/offer-queue.ts';
export * from './publication/offer-result.ts';
export { Publication } from './publication/publication.ts';
export { Message } from './streams/message.ts';
export type { MessageIterator, MessagesOptions } from './streams/message-iterator.ts';
export type { Polling, PollingOptions } from './streams/polling.ts';
export { type ReadableOptions, readable, readableStream } from './streams/readable.ts';
export type { EventWaitOptions } from './streams/wait-for.ts';
export { type WritableOptions, type WritablePublication, writable, writableStream } from './streams/writable.ts';
export { BufferBuilder } from './subscription/buffer-builder.ts';
export { ControlledAction } from './subscription/controlled-action.ts';
export { ControlledFragmentAssembler } from './subscription/controlled-fragment-assembler.ts';
export { FragmentAssembler } from './subscription/fragment-assembler.ts';
export type {
  BlockHandler,
  ControlledFragmentHandler,
  FragmentHandler,
  RawBlockHandler,
} from './subscription/handlers.ts';
export type { Header } from './subscription/header.ts';
export type { Image } from './subscription/image.ts';
export { ImageControlledFragmentAssembler } from './subscription/image-controlled-fragment-assembler.ts';
export { ImageFragmentAssembler } from './subscription/image-fragment-assembler.ts';
export type { Subscription } from './subscription/subscription.ts';
