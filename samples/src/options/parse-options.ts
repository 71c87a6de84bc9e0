// SPDX-License-Identifier: Apache-2.0
/** The command lines of the samples: one table of options, of which each sample takes its own. */
import { environmentNameOf, resolveSettings, splitPair, usageErrorText, VERSION } from '@aeron/core/internal';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { type SampleSettings, sampleSettings } from './sample-settings.ts';

interface OptionRow {
  readonly flags: string;
  readonly doc: string;
  /** The setting that it gives; options without one are the sample's own business. */
  readonly setting?: keyof SampleSettings;
}

/** The letters are those of the reference's samples. */
const OPTIONS = {
  channel: { flags: '-c, --channel <uri>', doc: 'channel', setting: 'channel' },
  streamId: { flags: '-s, --stream-id <id>', doc: 'stream of the channel', setting: 'streamId' },
  pingChannel: { flags: '-c, --ping-channel <uri>', doc: 'channel from ping to pong', setting: 'pingChannel' },
  pingStreamId: { flags: '-s, --ping-stream-id <id>', doc: 'stream from ping to pong', setting: 'pingStreamId' },
  pongChannel: { flags: '-C, --pong-channel <uri>', doc: 'channel from pong to ping', setting: 'pongChannel' },
  pongStreamId: { flags: '-S, --pong-stream-id <id>', doc: 'stream from pong to ping', setting: 'pongStreamId' },
  requestChannel: { flags: '-c, --request-channel <uri>', doc: 'channel of the requests', setting: 'requestChannel' },
  requestStreamId: { flags: '-s, --request-stream-id <id>', doc: 'stream of requests', setting: 'requestStreamId' },
  responseChannel: {
    flags: '-d, --response-channel <uri>',
    doc: 'channel of the responses, with their control address',
    setting: 'responseChannel',
  },
  responseStreamId: { flags: '-r, --response-stream-id <id>', doc: 'stream of responses', setting: 'responseStreamId' },
  messages: { flags: '-m, --messages <count>', doc: 'how many messages to send', setting: 'messages' },
  messageLength: { flags: '-L, --length <bytes>', doc: 'bytes of a message', setting: 'messageLength' },
  linger: {
    flags: '-l, --linger <duration>',
    doc: 'stay so long after the last message: 5s, 500ms',
    setting: 'lingerNs',
  },
  messageLimit: { flags: '-m, --messages <count>', doc: 'end after so many messages', setting: 'messageLimit' },
  warmUp: { flags: '-w, --warm-up <count>', doc: 'messages to warm up with (default: 100000)', setting: 'warmUpCount' },
  fragmentLimit: { flags: '-f, --fragments <limit>', doc: 'fragments per poll at most', setting: 'fragmentLimit' },
  fill: { flags: '-f, --fill', doc: 'send messages that fill the MTU' },
  progress: { flags: '-P, --progress', doc: 'print the rate every second' },
  exclusive: { flags: '-e, --exclusive', doc: 'use an exclusive publication', setting: 'exclusivePublications' },
} as const satisfies Record<string, OptionRow>;

export type OptionName = keyof typeof OPTIONS;

export interface SampleOptions {
  readonly settings: SampleSettings;
  /** Which options without a setting were given: `fill`, `progress`. */
  readonly flags: ReadonlySet<OptionName>;
  /** Directory of the media driver, unless the default one is meant. */
  readonly aeronDirectoryName: string | undefined;
  /** What was given beside the options. */
  readonly operands: readonly string[];
  /** What `-D` gave, for client and driver. */
  readonly properties: Readonly<Record<string, string>>;
}

export interface Program {
  readonly name: string;
  readonly description: string;
  readonly options: readonly OptionName[];
  /** What the program takes beside its options, in the words of its usage line: `<file>`, `[directory]`, `[channel...]`. */
  readonly operand?: { readonly usage: string; readonly doc: string };
  /** Properties where this sample's default is another one. */
  readonly defaults?: Readonly<Record<string, string>>;
}

/**
 * Reads the command line. Prints help and version by itself and ends the process then, as for a malformed command line.
 *
 * @throws ConfigurationError naming every setting that is wrong.
 */
export function parseOptions(program: Program, args = process.argv.slice(2)): SampleOptions {
  const properties: Record<string, string> = {};
  const command = commandOf(program, properties);
  parseOrExit(command, args);
  const given: Record<string, unknown> = command.opts();
  const options: Record<string, unknown> = {};
  const flags = new Set<OptionName>();
  for (const name of program.options) {
    const { flags: text, setting }: OptionRow = OPTIONS[name];
    const value = given[attributeOf(text)];
    if (value !== undefined && setting !== undefined) {
      options[setting] = value;
    } else if (value !== undefined) {
      flags.add(name);
    }
  }
  const environment = { ...process.env, ...asEnvironment(properties) };
  const settings = resolveSettings(sampleSettings, { options, environment, properties: program.defaults ?? {} });
  return {
    settings,
    flags,
    operands: command.args,
    aeronDirectoryName: given['directory'] as string | undefined,
    properties,
  };
}

function commandOf(program: Program, properties: Record<string, string>): Command {
  const command = new Command(program.name)
    .description(program.description)
    .configureOutput({ outputError: (text, write) => write(usageErrorText(program.name, text)) })
    .exitOverride();
  for (const name of program.options) {
    const { flags, doc, setting }: OptionRow = OPTIONS[name];
    const row = setting === undefined ? undefined : sampleSettings.rows[setting];
    const initial = program.defaults?.[row?.property ?? ''] ?? row?.defaultText;
    command.option(flags, initial === undefined ? doc : `${doc} (default: ${initial})`);
  }
  if (program.operand !== undefined) {
    command.argument(program.operand.usage, program.operand.doc);
  }
  return command
    .option('-p, --directory <path>', 'directory of the media driver (aeron.dir)')
    .option('-D <name=value>', 'sets a property of samples, client or driver', (define: string) => {
      const pair = splitPair(define);
      if (pair === undefined) {
        throw new InvalidArgumentError('name=value is expected');
      }
      properties[pair[0]] = pair[1];
      return define;
    })
    .version(VERSION, '-v, --version', 'prints the version')
    .helpOption('-h, --help', 'prints this');
}

function parseOrExit(command: Command, args: readonly string[]): void {
  try {
    command.parse(args, { from: 'user' });
  } catch (error) {
    // Whatever it is, commander has told the user.
    process.exit(error instanceof CommanderError ? error.exitCode : 1);
  }
}

/** Where commander puts an option: `--pong-stream-id` in `pongStreamId`. */
function attributeOf(flags: string): string {
  const long = /--([a-z-]+)/.exec(flags)?.[1] ?? '';
  return long.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function asEnvironment(properties: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(properties).map(([name, value]) => [environmentNameOf(name), value]));
}
