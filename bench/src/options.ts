// SPDX-License-Identifier: Apache-2.0
/** What the command line asks for. */
import { parseArgs } from 'node:util';
import { FULL, QUICK, type Scale } from './workloads/scale.ts';

export const HELP = `npm run bench -- [options]
  --quick         only the most telling workloads, briefly: within two minutes
  --only TEXT     only workloads of which a name, id or group contains one of these texts (several: separated by commas)
  --ours          leaves the reference and the peers out
  --rounds N      how often each is measured
  --json FILE     also writes everything that was measured
  --record NAME   the same into bench/results/NAME.json, beside what other parts of the run put there; with --node into nodes/NAME.md
  --docs          measures nothing: writes the tables of docs/performance.md from bench/results
  --node LIST     compares Node versions, such as 20,22,24,26, which are installed for it
  --micro [TEXT]  runs the micro-benchmarks of bench/micro, or those whose file name contains the text
  --list          names the workloads`;

export interface Options {
  readonly scale: Scale;
  readonly isQuick: boolean;
  readonly only: readonly string[];
  readonly isOursAlone: boolean;
  readonly json: string | undefined;
  readonly record: string | undefined;
  readonly node: readonly string[] | undefined;
  readonly micro: string | undefined;
  readonly command: 'run' | 'help' | 'list' | 'docs' | 'node' | 'micro';
}

/** @throws Error naming the option that is wrong. */
export function parseOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'string' },
      record: { type: 'string' },
      only: { type: 'string' },
      ours: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      node: { type: 'string' },
      micro: { type: 'boolean', default: false },
      docs: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (positionals.length > (values.micro ? 1 : 0)) {
    throw new Error(`nothing takes the argument ${positionals.at(-1)}`);
  }
  if (values.record !== undefined && !/^[\w.-]+$/.test(values.record)) {
    throw new Error(`--record takes a name of letters, digits, dots and dashes: ${values.record}`);
  }
  const base = values.quick ? QUICK : FULL;
  const flags = ['help', 'list', 'docs', 'micro'] as const;
  const command = flags.find((flag) => values[flag]) ?? (values.node === undefined ? 'run' : 'node');
  return {
    scale: values.rounds === undefined ? base : { ...base, rounds: roundsOf(values.rounds) },
    isQuick: values.quick,
    only: listOf(values.only ?? ''),
    isOursAlone: values.ours,
    json: values.json,
    record: values.record,
    node: values.node === undefined ? undefined : listOf(values.node),
    micro: values.micro ? (positionals[0] ?? '') : undefined,
    command,
  };
}

function listOf(text: string): string[] {
  return text.split(',').filter((part) => part !== '');
}

function roundsOf(text: string): number {
  const rounds = Number(text);
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new Error(`--rounds takes a whole number above 0: ${text}`);
  }
  return rounds;
}
