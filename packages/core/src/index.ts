// SPDX-License-Identifier: Apache-2.0
/** The public door: what an application meets. Sister packages use `./internal`. */
export * from './agent/agent.ts';
export * from './agent/idle-strategy.ts';
export * from './agent/idle-strategy-names.ts';
export * from './buffer/atomic-buffer.ts';
export * from './counters/counters-descriptor.ts';
export * from './counters/counters-reader.ts';
export * from './counters/readable-counter.ts';
export * from './errors/aeron-error.ts';
