// SPDX-License-Identifier: Apache-2.0
/**
 * Settings of the client that are plain data: one row each. What is wiring (handlers, strategies, ports) is in
 * client-options.ts.
 *
 * @source aeron-client/Aeron.Context
 */
import { boolean, choice, duration, integer, type SettingsConfig, settingsTable, text } from '@aeron/core/internal';

const MAX_CLIENT_NAME_LENGTH = 100;

/** The settings of a client, one row each. */
export const clientSettings = settingsTable(
  {
    aeronDirectoryName: text({
      property: 'aeron.dir',
      doc: 'Directory that the media driver and its clients share. By default /dev/shm/aeron-<user> on Linux, else aeron-<user> in the temporary directory.',
    }),
    driverTimeoutMs: integer({
      property: 'aeron.driver.timeout',
      default: 10_000,
      min: 1,
      doc: 'How old the driver’s heartbeat may be, and how long an answer of the driver is awaited. Milliseconds, a plain number.',
    }),
    clientName: text({
      property: 'aeron.client.name',
      default: '',
      maxLength: MAX_CLIENT_NAME_LENGTH,
      doc: 'Name of this client, shown in the label of its heartbeat counter.',
    }),
    idleSleepDurationNs: duration({
      property: 'aeron.client.idle.sleep.duration',
      default: '16ms',
      max: '1s',
      doc: 'How long the conductor sleeps when there is nothing to do, and how often it looks at its time-outs.',
    }),
    keepAliveIntervalNs: duration({
      default: '500ms',
      min: '1ms',
      doc: 'How often the client shows the driver that it lives, and looks whether the driver does.',
    }),
    resourceLingerDurationNs: duration({
      property: 'aeron.client.resource.linger.duration',
      default: '3s',
      doc: 'How long a log stays mapped after its image went away or the client was forced to close.',
    }),
    closeLingerDurationNs: duration({
      property: 'aeron.client.close.linger.duration',
      default: '0ns',
      doc: 'How long a closing client waits before it unmaps its logs.',
    }),
    preTouchMappedMemory: boolean({
      property: 'aeron.pre.touch.mapped.memory',
      environment: 'AERON_CLIENT_PRE_TOUCH_MAPPED_MEMORY',
      default: false,
      doc: 'Touch every page of a log right after mapping it.',
    }),
    enableExperimentalFeatures: boolean({
      property: 'aeron.enable.experimental.features',
      default: false,
      doc: 'Allow features that may still change.',
    }),
    fallbackLogger: choice(['stderr', 'stdout', 'no_op'], {
      property: 'aeron.fallback.logger',
      default: 'stderr',
      doc: 'Where errors are printed that neither an error handler nor a listener takes.',
    }),
    printConfiguration: boolean({
      property: 'aeron.print.configuration',
      default: false,
      doc: 'Print the settings in force when the client connects.',
    }),
  },
  'Client',
);

/** The settings of a connected client, frozen. */
export type ClientSettings = SettingsConfig<typeof clientSettings>;
