// SPDX-License-Identifier: Apache-2.0
/** Finds Java and Maven, compiles the reference's side of the tests and says how to run it. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const JAVA_MINIMUM = 17;
const project = fileURLToPath(new URL('../java', import.meta.url));

/** What is missing to run the tests, or undefined. */
export function missingTools(): string | undefined {
  const java = spawnSync('java', ['-version'], { encoding: 'utf8' });
  const version = Number(/version "(\d+)/.exec(java.stderr ?? '')?.[1] ?? 0);
  if (version < JAVA_MINIMUM) {
    return `Java ${JAVA_MINIMUM} or later is needed (found: ${version === 0 ? 'none' : version})`;
  }
  if (spawnSync('mvn', ['--version']).status !== 0) {
    return 'Maven is needed (found: none)';
  }
  return undefined;
}

/** Compiles against the reference version; throws with Maven's output if that fails. */
export function compilePeer(referenceVersion: string): void {
  const result = spawnSync(
    'mvn',
    [
      '-q',
      '-B',
      `-Daeron.version=${referenceVersion}`,
      `-DbuildDirectory=${buildFolder(referenceVersion)}`,
      'compile',
      'dependency:build-classpath',
      `-Dmdep.outputFile=${classpathFile(referenceVersion)}`,
    ],
    { cwd: project, encoding: 'utf8' },
  );
  if (result.status !== 0) {
    throw new Error(`mvn failed for reference ${referenceVersion}: ${result.stdout}${result.stderr}`);
  }
}

/** Arguments of `java` that start the peer of a reference version. */
export function peerArguments(referenceVersion: string): string[] {
  const dependencies = readFileSync(classpathFile(referenceVersion), 'utf8').trim();
  const classes = join(project, buildFolder(referenceVersion), 'classes');
  return [
    '--add-opens',
    'java.base/jdk.internal.misc=ALL-UNNAMED',
    '--add-opens',
    'java.base/sun.nio.ch=ALL-UNNAMED',
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    '-cp',
    `${classes}:${dependencies}`,
    'interop.Peer',
  ];
}

function buildFolder(referenceVersion: string): string {
  return join('target', referenceVersion);
}

function classpathFile(referenceVersion: string): string {
  return join(project, buildFolder(referenceVersion), 'classpath.txt');
}
