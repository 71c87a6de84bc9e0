#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
/** Switches events on and off in a running process, which it finds by the Aeron directory of a driver in it. */
import { defaultAeronDirectory } from '@aeron/codecs/internal';
import { COMMIT, isAeronError, nodePlatform, splitPair, toError, usageErrorText, VERSION } from '@aeron/core/internal';
import { Argument, Command, CommanderError, InvalidArgumentError } from 'commander';
import { callControl } from '../control/control-client.ts';
import { CONTROL_ACTIONS, type ControlAction, type ControlAnswer } from '../control/control-messages.ts';

const EXIT_FAILURE = 1;
const DEFAULT_TIMEOUT_MS = 5000;

const EXAMPLES = `
Examples:
  aeron-agent -d /dev/shm/aeron-me status
  aeron-agent -d /dev/shm/aeron-me on NAK_SENT,NAK_RECEIVED,RESEND
  aeron-agent -d /dev/shm/aeron-me set admin
  aeron-agent -d /dev/shm/aeron-me off            everything of the driver
`;

async function main(args: readonly string[]): Promise<void> {
  let directory: string | undefined;
  const program = new Command('aeron-agent')
    .description('Switches event logging of a running process')
    .addArgument(
      new Argument('<action>', 'on: these as well; set: these alone; off: without these; status: what is on').choices(
        CONTROL_ACTIONS,
      ),
    )
    .argument('[events]', 'groups, names and ids, separated by commas; all when left out', 'all')
    .option('-d, --directory <path>', 'directory of the driver; by default that of -Daeron.dir, AERON_DIR or the user')
    .option('-c, --component <name>', 'whose events: driver, archive, cluster, or your own', 'driver')
    .option('-t, --timeout <ms>', 'how long the process may take to answer', parseMilliseconds, DEFAULT_TIMEOUT_MS)
    .option('-D <name=value>', 'sets the property aeron.dir', (define: string) => {
      const [name, value] = splitPair(define) ?? [];
      if (name !== 'aeron.dir') {
        throw new InvalidArgumentError('aeron.dir=path is expected.');
      }
      directory = value;
      return define;
    })
    .option('--json', 'prints JSON')
    .version(`aeron-agent <${VERSION}> git ${COMMIT}`, '-v, --version', 'prints the version')
    .helpOption('-h, --help', 'prints this')
    .addHelpText('after', EXAMPLES)
    .configureOutput({ outputError: (text, write) => write(usageErrorText('aeron-agent', text)) })
    .allowExcessArguments()
    .exitOverride();
  program.parse(args, { from: 'user' });
  const excess = program.args[program.registeredArguments.length];
  if (excess !== undefined) {
    program.error(`unexpected argument '${excess}'`);
  }
  const options: Readonly<Record<string, unknown>> = program.opts();
  const [action, events] = program.processedArgs as [ControlAction, string];
  const platform = nodePlatform();
  const named =
    textOf(options['directory']) ?? directory ?? process.env['AERON_DIR'] ?? defaultAeronDirectory(platform.host);
  const call = { platform, aeronDirectory: platform.files.canonical(named), timeoutMs: Number(options['timeout']) };
  const answer = await callControl(call, { action, component: String(options['component']), events });
  console.log(options['json'] === true ? JSON.stringify(answer) : statusText(answer));
}

function textOf(option: unknown): string | undefined {
  return typeof option === 'string' ? option : undefined;
}

function statusText({ pid, components, droppedCount, failedCount, malformedCount, output }: ControlAnswer): string {
  const lines = components
    .filter(({ events }) => events.length > 0)
    .map(({ component, events }) => `${component}: ${events.join(' ')}`);
  return [
    `pid=${pid} output=${output} dropped=${droppedCount} failed=${failedCount} malformed=${malformedCount}`,
    ...(lines.length === 0 ? ['nothing is on'] : lines),
  ].join('\n');
}

function parseMilliseconds(text: string): number {
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(Number(text))) {
    throw new InvalidArgumentError('A whole number of milliseconds is expected.');
  }
  return Number(text);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode; // it has said what is wrong, or printed the help, already
    return;
  }
  const { message, stack } = toError(error);
  console.error(`aeron-agent: ${isAeronError(error) ? message : stack}`);
  process.exitCode = EXIT_FAILURE;
});
