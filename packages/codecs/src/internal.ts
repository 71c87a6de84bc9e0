// SPDX-License-Identifier: Apache-2.0
/** The door for sister packages; no promise of stability. */

export * from './cnc/aeron-directory.ts';
export * from './cnc/cnc-file.ts';
export * from './cnc/cnc-metadata.ts';
export * from './cnc/driver-activity.ts';
export * from './cnc/generated/index.ts';
export * from './command/commands.ts';
export * from './command/control-protocol-version.ts';
export * from './command/error-code.ts';
export * from './command/events.ts';
export * from './command/generated/index.ts';
export * from './flyweight.ts';
export * from './protocol/frame-type.ts';
export * from './protocol/frame-validity.ts';
export * from './protocol/generated/index.ts';
export * from './semantic-version.ts';
export * from './status/generated/index.ts';
