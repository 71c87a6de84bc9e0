// SPDX-License-Identifier: Apache-2.0
/** The public door: what an application meets. Sister packages use `./internal`. */
export type { DriverConfig, DriverOptions } from './config/driver-config.ts';
export type { NoticeStream } from './driver-hooks.ts';
export type { TerminationValidator } from './driver-resources.ts';
export { MediaDriver } from './media-driver.ts';
export type { DriverWiring, MediaDriverOptions } from './media-driver-options.ts';
