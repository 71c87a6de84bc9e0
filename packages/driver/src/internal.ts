// SPDX-License-Identifier: Apache-2.0
/** The door for sister packages; no promise of stability. */

export * from './config/driver-config.ts';
export * from './index.ts';
