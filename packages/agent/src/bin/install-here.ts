// SPDX-License-Identifier: Apache-2.0
/** Brings event logging into this process, once, with settings from its command line and environment. */
import { existsSync } from 'node:fs';
import { parse } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigurationError, environmentNameOf, nodePlatform } from '@aeron/core/internal';
import type { AgentOptions, AgentSources } from '../config/agent-config.ts';
import type { EventLog } from '../event-log.ts';
import { install } from '../install.ts';
import { loadModule } from './load-module.ts';

const INSTALLED = Symbol.for('@aeron/agent');
/** Called by aeronmd with its settings once it has read its properties files. */
const TAKE_SETTINGS = Symbol.for('@aeron/agent/settings');
const EXIT_TIMEOUT_MS = 2000;

type Settings = Pick<AgentSources, 'environment' | 'properties'>;

type WithEventLog = typeof globalThis & {
  [INSTALLED]?: EventLog;
  [TAKE_SETTINGS]?: (settings: Settings) => void;
};

/**
 * Installs event logging; a second call gives what the first one installed, also where the package was loaded twice. To be
 * called before drivers are launched.
 *
 * @param options weaker sources are `-D` on the command line, and the environment.
 * @throws ConfigurationError with everything that is wrong with the settings.
 */
export function installEventLog(options: AgentOptions = {}): EventLog {
  return installOnce({ options, ...settingsOf(process.argv.slice(2), process.env) });
}

/**
 * Installs event logging for the program that node was started with: at once, or, where that reads properties files first, when
 * it has done so.
 *
 * @throws ConfigurationError with everything that is wrong with the settings.
 */
export function installForProgram(): void {
  if (readsProperties(process.argv)) {
    (globalThis as WithEventLog)[TAKE_SETTINGS] = installOnce;
  } else {
    installEventLog();
  }
}

function installOnce(sources: AgentSources): EventLog {
  const shared = globalThis as WithEventLog;
  if (shared[INSTALLED] === undefined) {
    const log = install(sources, {
      platform: nodePlatform(),
      warn: (text) => console.error(`event log: ${text}`),
      readerModule: readerModule(),
      load: loadModule,
    });
    shared[INSTALLED] = log;
    process.on('exit', () => {
      log.stop(EXIT_TIMEOUT_MS); // what is in the ring is written before the process is gone
    });
  }
  return shared[INSTALLED];
}

/** Whether the program is aeronmd, with properties files among its arguments. */
export function readsProperties([, program = '', ...args]: readonly string[]): boolean {
  return parse(program).name === 'aeronmd' && args.some((each, i) => !each.startsWith('-') && args[i - 1] !== '-D');
}

/** The environment with what the command line sets in its place, as aeronmd has it. */
export function settingsOf(args: readonly string[], environment: Settings['environment']): Settings {
  const properties = definesOf(args);
  const defined = Object.entries(properties).map(([name, value]) => [environmentNameOf(name), value]);
  return { environment: { ...environment, ...Object.fromEntries(defined) }, properties };
}

/** What `-Dname=value` and `-D name=value` set of event logging, as aeronmd takes them. */
function definesOf(args: readonly string[]): Record<string, string> {
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
