#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
/**
 * The media driver as a program: takes its settings from the environment, `-D` and properties files, runs until a signal or a
 * client's permitted request ends it. The process does nothing else, so the agents own its one thread.
 *
 * @source aeron-driver/aeronmd
 */
import { constants } from 'node:os';
import {
  COMMIT,
  helpText,
  isAeronError,
  splitPair,
  toError,
  usageErrorText,
  VERSION,
  VERSION_PARTS,
} from '@aeron/core/internal';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { driverSettings } from '../config/driver-config.ts';
import { MediaDriver } from '../media-driver.ts';
import { mistypedProperties } from './mistyped-properties.ts';
import { loadProperties, type ProgramSettings, setProperty } from './property-sources.ts';

const EXIT_FAILURE = 1;
const EXIT_TERMINATED = 0;
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Where @aeron/agent, if it was loaded, waits for settings that this program reads from files. */
const EVENT_LOG_SETTINGS = Symbol.for('@aeron/agent/settings');
type WithEventLog = typeof globalThis & { readonly [EVENT_LOG_SETTINGS]?: (settings: ProgramSettings) => void };

/** What ends the driver: its exit status. */
type ExitStatus = number;

async function main(args: readonly string[]): Promise<ExitStatus> {
  const settings: ProgramSettings = { environment: { ...process.env }, properties: {} };
  const sources = parseArguments(args, settings);
  for (const source of sources) {
    await loadProperties(settings, source);
  }
  remarkMistyped(Object.keys(settings.properties));
  (globalThis as WithEventLog)[EVENT_LOG_SETTINGS]?.(settings);
  let end: (status: ExitStatus) => void = () => undefined;
  const ending = new Promise<ExitStatus>((resolve) => {
    end = resolve;
  });
  for (const signal of SIGNALS) {
    process.once(signal, () => end(constants.signals[signal])); // a second one ends the process at once
  }
  const driver = await MediaDriver.launch({
    ...settings,
    callingThread: 'owner',
    onTerminationRequested: () => end(EXIT_TERMINATED),
  });
  // What fails outside of a duty cycle: the driver can't be relied on any more, but it can end in order.
  process.on('uncaughtException', (thrown: unknown) => {
    driver.fail(toError(thrown)).catch(() => undefined); // `closed` says so
  });
  const status = await Promise.race([ending, driver.closed.then(() => EXIT_FAILURE)]);
  console.log('Shutting down driver...');
  await driver.close();
  return status;
}

function parseArguments(args: readonly string[], settings: ProgramSettings): readonly string[] {
  const program = new Command('aeronmd')
    .description('Aeron media driver')
    .argument(
      '[properties...]',
      'properties files: a path, a file:// or an http:// URL, or a preset: low-latency.properties, …',
    )
    .option('-D <name=value>', 'sets a property; an empty value unsets it', (define: string) =>
      applyDefine(settings, define),
    )
    .option('-v, --version', 'prints the version', () => {
      const [major, minor, patch] = VERSION_PARTS;
      console.log(`aeronmd <${VERSION}> major ${major} minor ${minor} patch ${patch} git ${COMMIT}`);
      process.exit(0);
    })
    .helpOption('-h, --help', 'prints this and every property')
    .addHelpText(
      'after',
      `\nEach property may also be set by its environment variable: aeron.dir by AERON_DIR.\n\n${helpText(driverSettings)}`,
    )
    .configureOutput({ outputError: (text, write) => write(usageErrorText('aeronmd', text)) })
    .exitOverride();
  program.parse(args, { from: 'user' });
  return program.args;
}

function applyDefine(settings: ProgramSettings, define: string): string {
  const pair = splitPair(define);
  if (pair === undefined) {
    throw new InvalidArgumentError('name=value is expected.');
  }
  setProperty(settings, ...pair);
  return define;
}

function remarkMistyped(names: readonly string[]): void {
  const known = Object.values(driverSettings.rows).flatMap(({ property }) => property ?? []);
  for (const [given, meant] of mistypedProperties(names, known)) {
    console.error(`aeronmd: there is no setting ${given}: it is ignored; did you mean ${meant}?`);
  }
}

/** Commander has printed its own errors, and help, already. */
function onFailure(error: unknown): ExitStatus {
  if (error instanceof CommanderError) {
    return error.exitCode;
  }
  const known = isAeronError(error) ? `${error.code}: ${error.message}` : String((error as Error)?.stack ?? error);
  console.error(`aeronmd: ${known}`);
  return EXIT_FAILURE;
}

main(process.argv.slice(2))
  .catch(onFailure)
  .then((status) => {
    process.exitCode = status;
  });
