// SPDX-License-Identifier: Apache-2.0
/** The door for sister packages; no promise of stability. */

export * from './cnc/aeron-directory.ts';
