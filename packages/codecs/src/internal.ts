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
export * from './logbuffer/concurrent-append.ts';
export * from './logbuffer/exclusive-append.ts';
export * from './logbuffer/frame-descriptor.ts';
export * from './logbuffer/frame-writer.ts';
export * from './logbuffer/generated/log-metadata.ts';
export * from './logbuffer/log-buffer-descriptor.ts';
export * from './logbuffer/log-buffers.ts';
export * from './logbuffer/log-parameters.ts';
export * from './logbuffer/message-parts.ts';
export * from './logbuffer/metadata.ts';
export * from './logbuffer/offer-result.ts';
export * from './logbuffer/payload-copy.ts';
export * from './logbuffer/position.ts';
export * from './logbuffer/publication-log.ts';
export * from './logbuffer/tail.ts';
export * from './logbuffer/term-rebuilder.ts';
export * from './protocol/frame-type.ts';
export * from './protocol/frame-validity.ts';
export * from './protocol/generated/index.ts';
export * from './semantic-version.ts';
export * from './status/generated/index.ts';
