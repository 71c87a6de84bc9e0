// SPDX-License-Identifier: Apache-2.0
/**
 * Where a program takes its properties from: a path, a `file://` or an `http://` URL, as the reference's programs do, or the name
 * of a preset that comes with the package, as those of the reference come with its jar. Start-up of programs only.
 *
 * @source aeron-client/aeron_properties_util
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigurationError, environmentNameOf, parseProperties } from '@aeron/core/internal';

/** Of the package, seen from its dist and from a folder of that. */
const PRESET_FOLDERS = ['../presets', '../../presets'];
const HTTP_TIMEOUT_MS = 10_000;
const REDIRECTS = 1;
const CONTENT_LENGTH_MAX = 1024 * 1024;

/** The settings of a program in the making. */
export interface ProgramSettings {
  /** What is not in it is unset. */
  readonly environment: Record<string, string | undefined>;
  readonly properties: Record<string, string | undefined>;
}

/**
 * Sets a property, with its environment variable, so that it replaces what the process was started with. A name in the style
 * of an environment variable does as well. An empty value unsets it.
 */
export function setProperty(settings: ProgramSettings, name: string, value: string): void {
  settings.environment[environmentNameOf(name)] = value === '' ? undefined : value;
  settings.properties[name] = value === '' ? undefined : value;
}

/**
 * Sets all properties of a source.
 *
 * @throws ConfigurationError when the source can't be read or has a malformed line; it names the source.
 */
export async function loadProperties(settings: ProgramSettings, source: string): Promise<void> {
  const text = await readSource(source);
  for (const [name, value] of Object.entries(parseProperties(text, source))) {
    setProperty(settings, name, value);
  }
}

async function readSource(source: string): Promise<string> {
  try {
    if (source.startsWith('http://')) {
      return await readHttp(source, REDIRECTS);
    }
    return await (source.startsWith('file://') ? readFile(fileURLToPath(source), 'utf8') : readFileOrPreset(source));
  } catch (cause) {
    throw new ConfigurationError(`can't load properties: source=${source}: ${reasonOf(cause)}`, { cause });
  }
}

/** A file of that name goes before the preset. */
async function readFileOrPreset(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (basename(path) !== path) {
      throw error;
    }
    for (const folder of PRESET_FOLDERS) {
      const url = new URL(`${folder}/${path}`, import.meta.url);
      if (existsSync(url)) {
        return await readFile(url, 'utf8');
      }
    }
    throw error;
  }
}

/** The operating system's code where there is one; what a failed connection is about stands one cause further down. */
function reasonOf(error: unknown): string {
  const { code, cause, message } = error as {
    code?: unknown;
    cause?: { code?: unknown; message?: unknown };
    message?: string;
  };
  return String(code ?? cause?.code ?? cause?.message ?? message);
}

async function readHttp(url: string, redirectsLeft: number): Promise<string> {
  const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(HTTP_TIMEOUT_MS) });
  if (response.status === 301 || response.status === 302) {
    const location = response.headers.get('location');
    if (location === null || redirectsLeft === 0) {
      throw new Error(location === null ? 'redirected without a location' : 'too many redirects');
    }
    return readHttp(new URL(location, url).href, redirectsLeft - 1);
  }
  if (response.status !== 200) {
    throw new Error(`status ${response.status}`);
  }
  const text = await response.text();
  if (text.length > CONTENT_LENGTH_MAX) {
    throw new Error(`more than ${CONTENT_LENGTH_MAX} characters`);
  }
  return text;
}
