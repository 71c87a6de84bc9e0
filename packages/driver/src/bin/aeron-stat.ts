#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
/** The program aeron-stat: shows the counters of a driver, on a terminal as a live screen. */
import { aeronStat, type StatOptions } from '../tools/aeron-stat/aeron-stat.ts';
import { liveStat } from '../tools/aeron-stat/live-stat.ts';
import { parseInterval, parseStatArguments, parseWatch } from '../tools/aeron-stat/stat-arguments.ts';
import { NodeStatTerminal } from './stat-terminal.ts';
import { runToolProgram, type ToolInvocation } from './tool-program.ts';

const DEFAULT_INTERVAL_MS = 1000;

void runToolProgram({
  name: 'aeron-stat',
  description: 'Shows the counters of a media driver',
  examples: [
    "aeron-stat type='^[1-9]$' stream=1001   positions of one stream, live",
    'aeron-stat watch=false > counters.txt   one look',
    'aeron-stat --json -u 5000               a JSON document every five seconds',
  ],
  configure: (command) =>
    command
      .argument(
        '[arguments...]',
        'delay=<s> and watch=<true|false>, and patterns for what is shown: type= identity= session= stream= channel=',
      )
      .option('-u, --update <ms>', 'period between looks (default: 1000)')
      .option('-w, --watch <boolean>', 'false for one look only (default: true)'),
  run: (invocation) => {
    const { call } = invocation;
    const options = optionsOf(invocation);
    return isScreen(call) && options.watch && !call.json ? live(invocation, options) : aeronStat(call, options);
  },
});

/** A dumb terminal can't be painted on, nor can one that has no size, as containers and recorders give a program. */
function isScreen({ ports }: ToolInvocation['call']): boolean {
  const { isTTY, columns, rows } = process.stdout;
  return isTTY && columns > 0 && rows > 0 && ports.host.environment['TERM'] !== 'dumb';
}

function optionsOf({ args, options }: ToolInvocation): StatOptions {
  const { filter, watch, updateIntervalMs } = parseStatArguments(args);
  const { update, watch: watchOption } = options;
  return {
    filter,
    watch: watch ?? (watchOption === undefined || parseWatch(String(watchOption))),
    updateIntervalMs:
      updateIntervalMs ?? (update === undefined ? DEFAULT_INTERVAL_MS : parseInterval('update', String(update))),
  };
}

/** The library for terminals is loaded only where there is one. */
async function live({ call }: ToolInvocation, options: StatOptions): Promise<void> {
  const { createLogUpdate } = await import('log-update');
  const quitting = new AbortController();
  const signal = AbortSignal.any([call.signal, quitting.signal]);
  const openTerminal = () => new NodeStatTerminal(createLogUpdate, call.ports.host.environment, () => quitting.abort());
  await liveStat({ ...call, signal }, options, openTerminal);
}
