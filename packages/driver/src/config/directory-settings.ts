// SPDX-License-Identifier: Apache-2.0
/** Settings rows: the driver's directory, its life cycle and diagnostics. */
import { boolean, choice, integer, settingsTable, text } from '@aeron/core/internal';

export const directorySettings = settingsTable(
  {
    aeronDirectoryName: text({
      property: 'aeron.dir',
      doc: 'Directory that the driver and its clients share. Unset: aeron-<user> in /dev/shm, or in the temporary directory where there is no /dev/shm.',
    }),
    dirWarnIfExists: boolean({
      property: 'aeron.dir.warn.if.exists',
      default: false,
      doc: 'Say on stderr when the directory exists at start, and how old the heartbeat in it is.',
    }),
    dirDeleteOnStart: boolean({
      property: 'aeron.dir.delete.on.start',
      default: false,
      doc: 'Delete the directory at start without asking whether a driver is active in it.',
    }),
    dirDeleteOnShutdown: boolean({
      property: 'aeron.dir.delete.on.shutdown',
      default: false,
      doc: 'Delete the directory when the driver closes.',
    }),
    driverTimeoutMs: integer({
      property: 'aeron.driver.timeout',
      default: 10_000,
      min: 0,
      doc: 'Age in ms up to which the heartbeat of another driver in the directory counts as alive.',
    }),
    printConfiguration: boolean({
      property: 'aeron.print.configuration',
      default: false,
      doc: 'Print every setting at start.',
    }),
    threadNaming: choice(['classic', 'new'], {
      property: 'aeron.thread.naming',
      default: 'classic',
      doc: 'Which names agents and their threads carry: `driver-conductor` or `aeron-md-cnd`.',
    }),
    fallbackLogger: choice(['stderr', 'stdout', 'no_op'], {
      property: 'aeron.fallback.logger',
      default: 'stderr',
      doc: 'Where an error goes that the error log has no room for.',
    }),
    mappingProvider: choice(['auto', 'koffi', 'mmap-io'], {
      property: 'aeron.mapping.provider',
      default: 'auto',
      doc: 'Who maps files into memory. `auto` takes mmap-io where it is installed and can do the job, and koffi for the rest.',
    }),
    terminationValidator: choice(['deny', 'allow'], {
      property: 'aeron.driver.termination.validator',
      default: 'deny',
      aliases: {
        'io.aeron.driver.DefaultDenyTerminationValidator': 'deny',
        'io.aeron.driver.DefaultAllowTerminationValidator': 'allow',
        aeron_driver_termination_validator_default_deny: 'deny',
        aeron_driver_termination_validator_default_allow: 'allow',
      },
      doc: 'Whether a client may ask the driver to end.',
    }),
  },
  'Directory and life cycle',
);
