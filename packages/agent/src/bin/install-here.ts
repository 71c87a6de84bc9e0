// SPDX-License-Identifier: Apache-2.0
/** Brings event logging into this process, once, with settings from its command line and environment. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ConfigurationError, nodePlatform } from '@aeron/core/internal';
import type { AgentOptions } from '../config/agent-config.ts';
import type { EventLog } from '../event-log.ts';
import { install } from '../install.ts';
import { loadModule } from './load-module.ts';

const INSTALLED = Symbol.for('@aeron/agent');
const EXIT_TIMEOUT_MS = 2000;

type WithEventLog = typeof globalThis & { [INSTALLED]?: EventLog };

/**
 * Installs event logging; a second call gives what the first one installed, also where the package was loaded twice. To be
 * called before drivers are launched.
 *
 * @param options weaker sources are the environment, and `-D` on the command line.
 * @throws ConfigurationError with everything that is wrong with the settings.
 */
export function installEventLog(options: AgentOptions = {}): EventLog {
  const shared = globalThis as WithEventLog;
  if (shared[INSTALLED] === undefined) {
    const log = installHere(options);
    shared[INSTALLED] = log;
    process.on('exit', () => {
      log.stop(EXIT_TIMEOUT_MS); // what is in the ring is written before the process is gone
    });
  }
  return shared[INSTALLED];
}

function installHere(options: AgentOptions): EventLog {
  const sources = { options, environment: process.env, properties: definesOf(process.argv.slice(2)) };
  return install(sources, {
    platform: nodePlatform(),
    warn: (text) => console.error(`event log: ${text}`),
    readerModule: readerModule(),
    load: loadModule,
  });
}

/** What `-Dname=value` and `-D name=value` set of event logging, as aeronmd takes them. */
export function definesOf(args: readonly string[]): Record<string, string> {
  const found: Record<string, string> = {};
  args.forEach((argument, index) => {
    const define = argument === '-D' ? args[index + 1] : argument.startsWith('-D') ? argument.slice(2) : undefined;
    const match = /^(aeron\.event\.[^=]*)=(.*)$/s.exec(define ?? '');
    if (match !== null) {
      found[match[1] ?? ''] = match[2] ?? '';
    }
  });
  return found;
}

/** Beside this file as built; its copy in sources is built on the way by who runs them. */
function readerModule(): string {
  const file = ['./reader-thread.js', '../reader-thread.js', './reader-thread.cjs', '../reader-thread.cjs']
    .map((name) => fileURLToPath(new URL(name, import.meta.url)))
    .find((path) => existsSync(path));
  if (file === undefined) {
    throw new ConfigurationError('the script of the reader of events is missing: reader-thread.js');
  }
  return file;
}
