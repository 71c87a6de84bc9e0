// SPDX-License-Identifier: Apache-2.0
/**
 * The suites that every implementation of a port must pass, for tests under jest: importing them needs no jest, calling them
 * does. Not part of the published package.
 */
export * from './platform/conformance/clock-conformance.ts';
export * from './platform/conformance/datagrams-conformance.ts';
export * from './platform/conformance/diagnostics-conformance.ts';
export * from './platform/conformance/files-conformance.ts';
export * from './platform/conformance/host-conformance.ts';
export * from './platform/conformance/mapper-conformance.ts';
export * from './platform/conformance/subjects.ts';
