// SPDX-License-Identifier: Apache-2.0
/** The door for sister packages; no promise of stability. */

export * from './errors/assert.ts';
export * from './index.ts';
export * from './platform/ports.ts';
