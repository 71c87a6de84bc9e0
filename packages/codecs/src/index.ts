// SPDX-License-Identifier: Apache-2.0
/** The public door: the tables of what there is on the wire and in shared memory. Sister packages use `./internal`. */
export * from './command/commands.ts';
export * from './command/error-code.ts';
export * from './command/events.ts';
export type { DissectedFields, Flyweight, MessageLayout } from './flyweight.ts';
export * from './protocol/frame-type.ts';
export * from './status/counter-keys.ts';
export * from './status/counter-kinds.ts';
export * from './status/driver-counters.ts';
export * from './status/publication-error-frame.ts';
export * from './status/system-counters.ts';
export * from './uri/channel-uri.ts';
export * from './uri/channel-uri-builder.ts';
export * from './uri/uri-parameters.ts';
export * from './uri/uri-values.ts';
