// SPDX-License-Identifier: Apache-2.0
/**
 * What `Aeron.connect` takes: the settings of client-settings.ts and the wiring. Resolved once; what comes out is frozen.
 */
import { defaultAeronDirectory, type PublicationErrorFrame } from '@aeron/codecs/internal';
import {
  BackoffIdleStrategy,
  ConfigurationError,
  type CountersReader,
  type ErrorHandler,
  FixedIdleStrategy,
  type IdleStrategy,
} from '@aeron/core';
import {
  type AgentInvoker,
  nodePlatform,
  type Platform,
  resolveSettings,
  type SettingsOptions,
} from '@aeron/core/internal';
import type { AvailableImageHandler, UnavailableImageHandler } from '../conductor/ports.ts';
import { type ClientSettings, clientSettings } from './client-settings.ts';

/** Called when a counter, of this or another client, appears; client calls are refused inside it. */
export type AvailableCounterHandler = (counters: CountersReader, registrationId: number, counterId: number) => void;

/** Called when a counter goes away; client calls are refused inside it. */
export type UnavailableCounterHandler = (counters: CountersReader, registrationId: number, counterId: number) => void;

/** Called for each publication of this client whose receiver reported an error. */
export type PublicationErrorFrameHandler = (frame: PublicationErrorFrame) => void;

/** The options that are code, not data. */
export interface ClientWiring {
  /**
   * Takes errors that no caller can be given. By default they are printed to standard error, and the process goes on: a library
   * does not end it, unlike the reference, which exits when the driver is lost.
   */
  readonly errorHandler?: ErrorHandler;
  /** Takes what fragment handlers throw; `errorHandler` when left out. Throw from it to make the poll throw. */
  readonly subscriberErrorHandler?: ErrorHandler;
  readonly availableImageHandler?: AvailableImageHandler;
  readonly unavailableImageHandler?: UnavailableImageHandler;
  readonly availableCounterHandler?: AvailableCounterHandler;
  readonly unavailableCounterHandler?: UnavailableCounterHandler;
  readonly publicationErrorFrameHandler?: PublicationErrorFrameHandler;
  /** Called when the client closes, by itself or because it was asked to. */
  readonly closeHandler?: () => void;
  /** The application calls `aeron.conductorAgentInvoker.invoke()` itself, and the client runs only while something is awaited. */
  readonly useConductorAgentInvoker?: boolean;
  /** Of a driver in this thread: invoked while an answer of it is awaited. Needs `useConductorAgentInvoker`. */
  readonly driverAgentInvoker?: Pick<AgentInvoker, 'invoke'>;
  /** Pace of the conductor when there is nothing to do; by default it sleeps for `idleSleepDurationNs`. */
  readonly idleStrategy?: IdleStrategy;
  /** Pace of the conductor while an answer of the driver is awaited; by default it backs off to a millisecond. */
  readonly awaitingIdleStrategy?: IdleStrategy;
  /** Whether the open client alone keeps the process alive. By default only what is being awaited does. */
  readonly keepProcessAlive?: boolean;
  /** Ends connecting; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Properties as read from a properties file; weaker than the environment. */
  readonly properties?: Readonly<Record<string, string | undefined>>;
  /** The ports to the operating system; those of Node when left out. */
  readonly platform?: Platform;
}

/** Everything that a client can be told when it connects. */
export type AeronOptions = SettingsOptions<typeof clientSettings> & ClientWiring;

/** The resolved options of a client, frozen. */
export interface ClientConfig {
  readonly settings: ClientSettings;
  readonly wiring: ClientWiring;
  readonly platform: Platform;
  /** Absolute directory of the driver. */
  readonly aeronDirectory: string;
  readonly idleStrategy: IdleStrategy;
  readonly awaitingIdleStrategy: IdleStrategy;
}

/** A few immediate looks, a few turns of the loop, then one look per millisecond. */
const AWAITING_BACKOFF = { maxSpins: 10, maxYields: 100, minParkPeriodNs: 1_000_000, maxParkPeriodNs: 1_000_000 };

const WIRING_KEYS = [
  'errorHandler',
  'subscriberErrorHandler',
  'availableImageHandler',
  'unavailableImageHandler',
  'availableCounterHandler',
  'unavailableCounterHandler',
  'publicationErrorFrameHandler',
  'closeHandler',
  'useConductorAgentInvoker',
  'driverAgentInvoker',
  'idleStrategy',
  'awaitingIdleStrategy',
  'keepProcessAlive',
  'signal',
  'properties',
  'platform',
] as const satisfies readonly (keyof ClientWiring)[];

/**
 * Resolves and checks the options.
 *
 * @throws ConfigurationError naming every setting that is wrong.
 */
export function resolveClientOptions(options: AeronOptions): ClientConfig {
  const wiring: Record<string, unknown> = {};
  const data: Record<string, unknown> = { ...options };
  for (const key of WIRING_KEYS) {
    wiring[key] = options[key];
    delete data[key];
  }
  return clientConfig(wiring as ClientWiring, data as SettingsOptions<typeof clientSettings>);
}

function clientConfig(wiring: ClientWiring, data: SettingsOptions<typeof clientSettings>): ClientConfig {
  const platform = wiring.platform ?? nodePlatform();
  const settings = resolveSettings(clientSettings, {
    options: data,
    environment: platform.host.environment,
    ...(wiring.properties === undefined ? {} : { properties: wiring.properties }),
  });
  if (wiring.driverAgentInvoker !== undefined && wiring.useConductorAgentInvoker !== true) {
    throw new ConfigurationError('driverAgentInvoker needs useConductorAgentInvoker=true');
  }
  return Object.freeze({
    settings,
    wiring: Object.freeze(wiring),
    platform,
    aeronDirectory: platform.files.canonical(settings.aeronDirectoryName ?? defaultAeronDirectory(platform.host)),
    idleStrategy: wiring.idleStrategy ?? new FixedIdleStrategy('sleep-ns', settings.idleSleepDurationNs),
    awaitingIdleStrategy: wiring.awaitingIdleStrategy ?? new BackoffIdleStrategy(AWAITING_BACKOFF),
  });
}
