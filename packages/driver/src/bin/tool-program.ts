// SPDX-License-Identifier: Apache-2.0
/**
 * What the programs of the tools have in common: the options that all of them take, the way from settings to a driver's
 * directory, printing, signals, and what is said when something fails. Exit status 0, or 1 for every failure, as the
 * reference's C tools have it.
 */
import { defaultAeronDirectory } from '@aeron/codecs/internal';
import {
  COMMIT,
  nodePlatform,
  type Platform,
  resolveSettings,
  type SettingsConfig,
  type SettingsOptions,
  type SettingsTable,
  splitPair,
  usageErrorText,
  VERSION,
} from '@aeron/core/internal';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import type { ToolCall, ToolText } from '../tools/tool-call.ts';
import { failureLines } from '../tools/tool-failure.ts';
import { toolSettings } from '../tools/tool-settings.ts';
import { type ProgramSettings, setProperty } from './property-sources.ts';
import { EXIT_FAILURE, onOutputError, print, stopOnSignals } from './tool-process.ts';

const DEFAULT_TIMEOUT_MS = 1000;

/** The command line, taken apart. */
export interface ToolInvocation {
  readonly call: ToolCall;
  readonly args: readonly string[];
  /** Of the tool's own options, by their long names in camel case. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Resolves settings from options, `-D` and environment. */
  settings<T extends SettingsTable>(table: T, options?: SettingsOptions<T>): SettingsConfig<T>;
}

export interface ToolProgram {
  readonly name: string;
  readonly description: string;
  /** False for a tool that is given a file and looks at no directory: it has `-d` and `-t` for its own use. */
  readonly usesDirectory?: boolean;
  /** Shown below the options. */
  readonly examples?: readonly string[];
  /** Adds the tool's own arguments and options. */
  configure?(command: Command): void;
  run(invocation: ToolInvocation): ToolText | Promise<void>;
}

/** Runs the program with the arguments of the process and sets its exit status. */
export async function runToolProgram(
  program: ToolProgram,
  args: readonly string[] = process.argv.slice(2),
): Promise<void> {
  const platform = nodePlatform();
  const aborting = new AbortController();
  let directory: string | undefined;
  process.stdout.on('error', onOutputError);
  try {
    const { command, settings } = parse(program, args);
    const invocation = invocationOf(program, command, settings, platform, aborting.signal);
    directory = program.usesDirectory === false ? undefined : invocation.call.directory;
    stopOnSignals(aborting);
    const text = program.run(invocation);
    if (text instanceof Promise) {
      await text;
    } else {
      await print(text);
    }
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode; // it has said what is wrong, or printed the help, already
      return;
    }
    const [first, ...advice] = failureLines(error, platform, directory);
    console.error([`${program.name}: ${first}`, ...advice].join('\n'));
    process.exitCode = EXIT_FAILURE;
  }
}

/** `-?` and `-help` are what the reference's Java tools take. */
function parse(program: ToolProgram, args: readonly string[]): { command: Command; settings: ProgramSettings } {
  const settings: ProgramSettings = { environment: { ...process.env }, properties: {} };
  const command = new Command(program.name).description(program.description);
  program.configure?.(command);
  if (program.usesDirectory !== false) {
    command
      .option(
        '-d, --directory <path>',
        'directory of the driver; by default that of -Daeron.dir, AERON_DIR or the user',
      )
      .option(
        '-t, --timeout <ms>',
        'how long a driver that is just starting is waited for',
        parseMilliseconds,
        DEFAULT_TIMEOUT_MS,
      );
  }
  command
    .option('-D <name=value>', 'sets a property; an empty value unsets it', (define: string) =>
      applyDefine(settings, define),
    )
    .option('--json', 'prints JSON, one document on a line')
    .option('-v, --version', 'prints the version')
    .helpOption('-h, --help', 'prints this')
    .configureOutput({ outputError: (text, write) => write(usageErrorText(program.name, text)) })
    .allowExcessArguments()
    .exitOverride();
  if (program.examples !== undefined) {
    command.addHelpText('after', `\nExamples:\n${program.examples.map((line) => `  ${line}\n`).join('')}`);
  }
  command.on('option:version', () => {
    console.log(`${program.name} <${VERSION}> git ${COMMIT}`);
    throw new CommanderError(0, 'commander.version', '');
  });
  command.parse(
    args.map((argument) => (argument === '-?' || argument === '-help' ? '--help' : argument)),
    { from: 'user' },
  );
  refuseExcess(command);
  return { command, settings };
}

/** By name, where the library would only count them. */
function refuseExcess(command: Command): void {
  const { args, registeredArguments } = command;
  const excess = args[registeredArguments.length];
  if (excess !== undefined && registeredArguments.at(-1)?.variadic !== true) {
    command.error(`unexpected argument '${excess}'`);
  }
}

function applyDefine(settings: ProgramSettings, define: string): string {
  const pair = splitPair(define);
  if (pair === undefined) {
    throw new InvalidArgumentError('name=value is expected.');
  }
  setProperty(settings, ...pair);
  return define;
}

/** @throws InvalidArgumentError unless it is a whole number of 0 or more. */
export function parseMilliseconds(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) {
    throw new InvalidArgumentError('A whole number of milliseconds is expected.');
  }
  return value;
}

function invocationOf(
  program: ToolProgram,
  command: Command,
  sources: ProgramSettings,
  platform: Platform,
  signal: AbortSignal,
): ToolInvocation {
  const options: Readonly<Record<string, unknown>> = command.opts();
  const settings = <T extends SettingsTable>(table: T, own?: SettingsOptions<T>): SettingsConfig<T> =>
    resolveSettings(table, { ...sources, ...(own === undefined ? {} : { options: own }) });
  const fromOptions = program.usesDirectory !== false && typeof options['directory'] === 'string';
  const own = fromOptions ? { aeronDirectoryName: String(options['directory']) } : {};
  const { aeronDirectoryName, mappingProvider } = settings(toolSettings, own);
  const ports = mappingProvider === 'auto' ? platform : nodePlatform({ mapping: { provider: mappingProvider } });
  return {
    call: {
      ports,
      directory: platform.files.canonical(aeronDirectoryName ?? defaultAeronDirectory(platform.host)),
      timeoutMs: typeof options['timeout'] === 'number' ? options['timeout'] : 0,
      json: options['json'] === true,
      signal,
      remark: (text) => console.error(`${program.name}: ${text}`),
    },
    args: command.args,
    options,
    settings,
  };
}
