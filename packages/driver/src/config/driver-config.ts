// SPDX-License-Identifier: Apache-2.0
/**
 * All settings of the media driver: the groups joined, the rules between settings, and the resolution of the directory name.
 * A later feature adds its rows to a group, or a group to the list here. Pure, apart from asking where the directory lies.
 *
 * @source aeron-driver/MediaDriver.Context
 */
import { type CncBufferLengths, computeCncFileLength, defaultAeronDirectory } from '@aeron/codecs/internal';
import {
  type Files,
  formatDurationNs,
  formatSize,
  type Host,
  joinSettings,
  resolveSettings,
  type SettingsConfig,
  type SettingsOptions,
  type SettingsRule,
  type SettingsSources,
} from '@aeron/core/internal';
import { lossProblem } from '../loss/endpoint-loss.ts';
import { INT32_MAX } from './checks.ts';
import { cncSettings } from './cnc-settings.ts';
import { directorySettings } from './directory-settings.ts';
import { IDLE_STRATEGY_RULES } from './idle-strategies.ts';
import { lossSettings } from './loss-settings.ts';
import { namingSettings } from './naming-settings.ts';
import { NETWORK_RULES } from './network-rules.ts';
import { publicationSettings } from './publication-settings.ts';
import { socketSettings } from './socket-settings.ts';
import { strategySettings } from './strategy-settings.ts';
import { subscriptionSettings } from './subscription-settings.ts';
import { threadSettings } from './thread-settings.ts';

/** Every setting of the driver, in the order of the documentation. */
export const driverSettings = joinSettings(
  directorySettings,
  cncSettings,
  publicationSettings,
  subscriptionSettings,
  strategySettings,
  socketSettings,
  namingSettings,
  threadSettings,
  lossSettings,
);

/** What a user may set. Each has the reference's property and environment variable as well. */
export type DriverOptions = SettingsOptions<typeof driverSettings>;

type Resolved = SettingsConfig<typeof driverSettings>;

/** Every setting, resolved and checked; frozen. */
export type DriverConfig = {
  readonly [K in keyof Resolved]: K extends 'aeronDirectoryName' ? string : Resolved[K];
};

/** Metadata bytes for each byte of counter values: records of 512 and 128 bytes. */
const COUNTERS_METADATA_FACTOR = 4;

type CncKeys = 'conductorBufferLength' | 'toClientsBufferLength' | 'counterValuesBufferLength' | 'errorBufferLength';

/** Lengths of the buffers in the command-and-control file. */
export function cncLengths(config: Pick<DriverConfig, CncKeys>): CncBufferLengths {
  return {
    toDriverBufferLength: config.conductorBufferLength,
    toClientsBufferLength: config.toClientsBufferLength,
    countersMetadataBufferLength: config.counterValuesBufferLength * COUNTERS_METADATA_FACTOR,
    countersValuesBufferLength: config.counterValuesBufferLength,
    errorLogBufferLength: config.errorBufferLength,
  };
}

/** Length of the command-and-control file, bytes. */
export function cncFileLength(config: Pick<DriverConfig, CncKeys | 'filePageSize'>): number {
  return computeCncFileLength(cncLengths(config), config.filePageSize);
}

/** `length` rounded up to whole pages. */
export function pageAligned(length: number, pageSize: number): number {
  return Math.ceil(length / pageSize) * pageSize;
}

/** Rules between settings. */
export const DRIVER_RULES: readonly SettingsRule<Resolved>[] = [
  ['unblock after client liveness', (c) => longer(c, 'publicationUnblockTimeoutNs', 'clientLivenessTimeoutNs')],
  ['client liveness outlasts the timer', (c) => longer(c, 'clientLivenessTimeoutNs', 'timerIntervalNs')],
  ['window limit outlasts the timer', (c) => longer(c, 'untetheredWindowLimitTimeoutNs', 'timerIntervalNs')],
  ['untethered linger outlasts the timer', (c) => longer(c, 'untetheredLingerTimeoutNs', 'timerIntervalNs')],
  ['resting outlasts the timer', (c) => longer(c, 'untetheredRestingTimeoutNs', 'timerIntervalNs')],
  ...IDLE_STRATEGY_RULES,
  ['losses made on purpose', lossProblem],
  ['reserved session ids', reservedSessionIds],
  ['CnC file length', (c) => fitsInt32('the CnC file', cncFileLength(c))],
  ...NETWORK_RULES,
  ['loss report length', (c) => fitsInt32('the loss report', pageAligned(c.lossReportBufferLength, c.filePageSize))],
];

/**
 * Resolves the driver's settings.
 *
 * @param host for the default directory. @param files for the canonical path of the directory.
 * @throws ConfigurationError with everything that is wrong.
 */
export function resolveDriverConfig(
  sources: SettingsSources<typeof driverSettings>,
  { host, files }: { readonly host: Host; readonly files: Pick<Files, 'canonical'> },
): DriverConfig {
  const resolved = resolveSettings(driverSettings, sources, DRIVER_RULES);
  const name = resolved.aeronDirectoryName ?? defaultAeronDirectory(host);
  return Object.freeze({ ...resolved, aeronDirectoryName: files.canonical(name) });
}

type DurationKey = { [K in keyof Resolved]: K extends `${string}Ns` ? K : never }[keyof Resolved];

function longer(config: Resolved, key: DurationKey, thanKey: DurationKey): string | undefined {
  const value = config[key];
  const limit = config[thanKey] ?? 0;
  return value === undefined || value > limit
    ? undefined
    : `${settingName(key)}=${formatDurationNs(value)} must be more than ${settingName(thanKey)}=${formatDurationNs(limit)}`;
}

function reservedSessionIds(config: Resolved): string | undefined {
  const low = config.publicationReservedSessionIdLow;
  const high = config.publicationReservedSessionIdHigh;
  if (low > high) {
    return `low=${low} is above high=${high}`;
  }
  return high - low > INT32_MAX ? `the range low=${low} to high=${high} leaves too few session ids` : undefined;
}

function fitsInt32(what: string, length: number): string | undefined {
  return length <= INT32_MAX ? undefined : `${what} would be ${formatSize(length)} long; at most ${INT32_MAX} bytes`;
}

function settingName(key: keyof Resolved): string {
  return driverSettings.rows[key].property ?? key;
}
