// SPDX-License-Identifier: Apache-2.0
/** The door for sister packages; no promise of stability. */

export * from './agent/agent-invoker.ts';
export * from './agent/agent-runner.ts';
export * from './agent/cached-clock.ts';
export * from './agent/composite-agent.ts';
export * from './agent/duty-cycle-tracker.ts';
export * from './agent/stop-signal.ts';
export * from './buffer/copy.ts';
export * from './buffer/fence.ts';
export * from './buffer/int64.ts';
export * from './buffer/memory-order.ts';
export * from './concurrent/broadcast-descriptor.ts';
export * from './concurrent/broadcast-receiver.ts';
export * from './concurrent/broadcast-transmitter.ts';
export * from './concurrent/copy-broadcast-receiver.ts';
export * from './concurrent/many-to-one-ring-buffer.ts';
export * from './concurrent/message-handler.ts';
export * from './concurrent/one-to-one-ring-buffer.ts';
export * from './concurrent/ring-buffer-descriptor.ts';
export * from './config/properties.ts';
export * from './config/quantities.ts';
export * from './config/resolve-settings.ts';
export * from './config/setting-kinds.ts';
export * from './config/settings.ts';
export * from './config/settings-text.ts';
export * from './config/usage-error.ts';
export * from './counters/atomic-counter.ts';
export * from './counters/counters-manager.ts';
export * from './errors/assert.ts';
export * from './errors/counted-error-handler.ts';
export * from './errors/distinct-error-log.ts';
export * from './errors/distinct-error-log-reader.ts';
export * from './errors/error-text.ts';
export * from './index.ts';
export {
  type ChooseTransportOptions,
  DATAGRAM_TRANSPORTS,
  type DatagramTransportName,
} from './platform/node/datagram/choose-transport.ts';
export * from './platform/node/mapping/choose-mapper.ts';
export * from './platform/node/node-platform.ts';
export * from './platform/ports.ts';
export * from './version.ts';
