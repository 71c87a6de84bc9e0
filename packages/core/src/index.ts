// SPDX-License-Identifier: Apache-2.0
/** The public door: what an application meets. Sister packages use `./internal`. */
export * from './agent/agent.ts';
export * from './buffer/atomic-buffer.ts';
export * from './errors/aeron-error.ts';
