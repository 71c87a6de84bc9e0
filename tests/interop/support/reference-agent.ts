// SPDX-License-Identifier: Apache-2.0
/** The reference's event logging, as the agent that it was up to 1.52, and its records with the lines that it makes of them. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The last release whose agent is in Maven Central. */
export const AGENT_VERSION = '1.44.1';

const project = fileURLToPath(new URL('../java-agent', import.meta.url));
const classpathFile = join(project, 'target', 'classpath.txt');
const READER = 'interop.EventRecords';

/** A record of the ring. */
export interface EventRecord {
  readonly typeId: number;
  readonly bytes: Buffer;
}

/** With the line that the reference prints of it; empty when it does not know the event. */
export interface ReadRecord extends EventRecord {
  readonly line: string;
}

/** Throws with Maven's output if it fails. */
export function compileEventRecords(): void {
  const args = ['-q', '-B', `-Daeron.version=${AGENT_VERSION}`, 'compile', 'dependency:build-classpath'];
  const result = spawnSync('mvn', [...args, `-Dmdep.outputFile=${classpathFile}`], { cwd: project, encoding: 'utf8' });
  if (result.status !== 0) {
    throw new Error(`mvn failed for the agent ${AGENT_VERSION}: ${result.stdout}${result.stderr}`);
  }
}

function javaArguments(): string[] {
  const agent = readFileSync(classpathFile, 'utf8').trim();
  const opened = ['java.base/sun.nio.ch', 'java.base/jdk.internal.misc'].flatMap((name) => [
    '--add-opens',
    `${name}=ALL-UNNAMED`,
  ]);
  return [...opened, '-XX:+UseSerialGC', '-cp', `${join(project, 'target', 'classes')}:${agent}`];
}

/** A driver of the reference that logs all its events into a file, for {@link readRecords}. */
export function spawnLoggingReference(file: string, settings: Readonly<Record<string, string>>) {
  const all = {
    ...settings,
    'aeron.event.log': 'all',
    'aeron.event.log.filename': file,
    'aeron.event.log.reader.classname': READER,
  };
  const agent = readFileSync(classpathFile, 'utf8').trim();
  const defines = Object.entries(all).map(([name, value]) => `-D${name}=${value}`);
  return spawn('java', [`-javaagent:${agent}`, ...javaArguments(), ...defines, 'io.aeron.driver.MediaDriver'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** Has the reference read records. @param file scratch space. */
export function readByReference(records: readonly EventRecord[], file: string): ReadRecord[] {
  writeFileSync(
    file,
    Buffer.concat(
      records.flatMap(({ typeId, bytes }) => {
        const head = Buffer.alloc(8);
        head.writeInt32BE(typeId, 0);
        head.writeInt32BE(bytes.length, 4);
        return [head, bytes];
      }),
    ),
  );
  execFileSync('java', [...javaArguments(), READER, file, `${file}.read`]);
  return readRecords(`${file}.read`);
}

/** What the Java program has written; a record that is not finished yet is left out. */
export function readRecords(file: string): ReadRecord[] {
  const content = readFileSync(file);
  const records: ReadRecord[] = [];
  for (let at = 0; at + 8 <= content.length; ) {
    const recordEnd = at + 8 + content.readInt32BE(at + 4);
    const lineEnd = recordEnd + 2 + (recordEnd + 2 <= content.length ? content.readUInt16BE(recordEnd) : 0);
    if (lineEnd > content.length) {
      break;
    }
    records.push({
      typeId: content.readInt32BE(at),
      bytes: content.subarray(at + 8, recordEnd),
      line: content.toString('latin1', recordEnd + 2, lineEnd),
    });
    at = lineEnd;
  }
  return records;
}
