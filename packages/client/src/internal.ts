// SPDX-License-Identifier: Apache-2.0
/** The door for sister packages; no promise of stability. */

export * from './conductor/ports.ts';
export { type ClientConfig, resolveClientOptions } from './config/client-options.ts';
export * from './index.ts';
