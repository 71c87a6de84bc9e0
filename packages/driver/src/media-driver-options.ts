// SPDX-License-Identifier: Apache-2.0
/** What `MediaDriver.launch` takes: the settings, and the wiring that is code and not data. */
import { ConfigurationError, type ErrorHandler, nodePlatform, type Platform } from '@aeron/core/internal';
import { type DriverConfig, type DriverOptions, resolveDriverConfig } from './config/driver-config.ts';
import { guestPlatformOptions, platformOptions } from './config/platform-options.ts';
import { isTerminationAllowed } from './config/termination.ts';
import { hasAgentThreads } from './config/thread-settings.ts';
import type { DriverDiagnostics } from './diagnostics/driver-diagnostics.ts';
import type { DriverHooks, NoticeStream } from './driver-hooks.ts';
import type { TerminationValidator } from './driver-resources.ts';
import type { DriverSuppliers } from './driver-suppliers.ts';
import type { ThreadUse } from './threads/local-driver.ts';

/** The options that are code, not data. */
export interface DriverWiring {
  /** Told of errors that no client was told. They are counted and in the error log whether or not anyone listens. */
  readonly errorHandler?: ErrorHandler;
  /** Told when a client asked the driver to end, and may. By default the driver closes. */
  readonly onTerminationRequested?: () => void;
  /** Decides on such requests in place of the setting `terminationValidator`; in the modes without a thread of their own only. */
  readonly validateTermination?: TerminationValidator;
  /** Code in place of the driver's own; in the modes without a thread of their own only. Others take `suppliersModule`. */
  readonly suppliers?: DriverSuppliers;
  /** Takes texts for people; by default they go to standard output and error. */
  readonly notice?: (stream: NoticeStream, text: string) => void;
  /**
   * Runs the driver (its conductor alone, where the other agents have threads) in the calling thread and not in one of its own: as
   * `guest` of its event loop, or as `owner`, which blocks the loop for some milliseconds at a time and idles for less. For
   * processes that do little or nothing else.
   */
  readonly callingThread?: ThreadUse;
  /** Settings as read from a properties file; weaker than options and environment. */
  readonly properties?: Readonly<Record<string, string | undefined>>;
  /** In place of the environment of the process. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Ends the launch; its promise rejects with the signal's reason. Means nothing to a driver that was launched. */
  readonly signal?: AbortSignal;
  /** The ports to the operating system; those of Node when left out. Not for a driver with threads of its own. */
  readonly platform?: Platform;
}

/** Everything that a driver can be told when it is launched. */
export type MediaDriverOptions = DriverOptions & DriverWiring;

/** The options, resolved. */
export interface LaunchPlan {
  readonly config: DriverConfig;
  readonly platform: Platform;
  readonly wiring: DriverWiring;
}

/** @throws ConfigurationError with everything that is wrong. */
export function planLaunch(options: MediaDriverOptions): LaunchPlan {
  const { settings, wiring } = splitOptions(options);
  const platform = wiring.platform ?? nodePlatform();
  const sources = {
    options: settings,
    environment: wiring.environment ?? platform.host.environment,
    properties: wiring.properties ?? {},
  };
  const config = resolveDriverConfig(sources, platform);
  refuseUnfit(config, wiring);
  return { config, platform: wiring.platform ?? ownPlatform(config, wiring), wiring };
}

/** The ports of the launching thread. */
function ownPlatform(config: DriverConfig, { callingThread }: DriverWiring): Platform {
  const isHost = config.threadingMode === 'SHARED' && callingThread !== 'owner';
  return nodePlatform(isHost ? guestPlatformOptions(config) : platformOptions(config));
}

/** Code can't be handed to another thread. */
function refuseUnfit(config: DriverConfig, wiring: DriverWiring): void {
  const { threadingMode } = config;
  const hasOwnThread = threadingMode !== 'INVOKER' && wiring.callingThread === undefined;
  const unfit = [
    ...(hasOwnThread ? (['platform', 'validateTermination', 'suppliers'] as const) : []),
    ...(hasAgentThreads(config) ? (['platform', 'suppliers'] as const) : []),
  ].find((name) => name in wiring);
  if (unfit !== undefined) {
    const advice = 'set callingThread and threadingMode=SHARED, or threadingMode=INVOKER';
    throw new ConfigurationError(
      `${unfit} can't be handed to the threads of threadingMode=${threadingMode}: ${advice}`,
    );
  }
}

/** @param close ends the driver; what a termination request does where nobody listens. */
export function hooksOf(
  { config, wiring }: LaunchPlan,
  diagnostics: DriverDiagnostics,
  close: () => void,
): DriverHooks {
  const { errorHandler, onTerminationRequested = close } = wiring;
  return {
    onError: (error) => {
      diagnostics.onError(error);
      errorHandler?.(error);
    },
    notice: wiring.notice ?? printNotice,
    onTerminationRequested: () => {
      diagnostics.onTermination();
      onTerminationRequested();
    },
    validateTermination: wiring.validateTermination ?? (() => isTerminationAllowed(config)),
  };
}

function printNotice(stream: NoticeStream, text: string): void {
  if (stream === 'stdout') {
    console.log(text);
  } else {
    console.error(text);
  }
}

function splitOptions(options: MediaDriverOptions): { settings: DriverOptions; wiring: DriverWiring } {
  const {
    errorHandler,
    onTerminationRequested,
    validateTermination,
    suppliers,
    notice,
    callingThread,
    properties,
    environment,
    signal,
    platform,
    ...settings
  } = options;
  const wiring = {
    errorHandler,
    onTerminationRequested,
    validateTermination,
    suppliers,
    notice,
    callingThread,
    properties,
    environment,
    signal,
    platform,
  };
  return { settings, wiring: withoutUndefined(wiring) };
}

function withoutUndefined(wiring: { [K in keyof DriverWiring]: DriverWiring[K] | undefined }): DriverWiring {
  return Object.fromEntries(Object.entries(wiring).filter(([, value]) => value !== undefined));
}
