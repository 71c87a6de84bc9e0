// SPDX-License-Identifier: Apache-2.0
/** Compiles the reference's programs where Java and Maven are there, and says how to run them. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const REFERENCE_VERSION = '1.51.0';

const JAVA_MINIMUM = 17;
/** Seen from bench/dist. */
const PROJECT = fileURLToPath(new URL('../java', import.meta.url));
const CLASSPATH_FILE = 'target/classpath.txt';

/** How to run the reference's programs, or why that is not possible here. */
export type Reference = { readonly options: readonly string[]; readonly main: string } | { readonly missing: string };

/** Compiles the programs. */
export function prepareReference(): Reference {
  const java = spawnSync('java', ['-version'], { encoding: 'utf8' });
  const version = Number(/version "(\d+)/.exec(java.stderr ?? '')?.[1] ?? 0);
  if (version < JAVA_MINIMUM) {
    return { missing: `Java ${JAVA_MINIMUM} or later is needed (found: ${version === 0 ? 'none' : version})` };
  }
  const maven = spawnSync(
    'mvn',
    [
      '-q',
      '-B',
      `-Daeron.version=${REFERENCE_VERSION}`,
      'compile',
      'dependency:build-classpath',
      `-Dmdep.outputFile=${CLASSPATH_FILE}`,
    ],
    { cwd: PROJECT, encoding: 'utf8' },
  );
  if (maven.status !== 0) {
    const reason = maven.error?.message ?? `${maven.stdout}${maven.stderr}`.trim().split('\n')[0];
    return { missing: `Maven could not compile against io.aeron:aeron-all:${REFERENCE_VERSION} (${reason})` };
  }
  return { options: javaOptions(), main: 'bench.Programs' };
}

function javaOptions(): string[] {
  const dependencies = readFileSync(join(PROJECT, CLASSPATH_FILE), 'utf8').trim();
  const open = ['java.base/jdk.internal.misc=ALL-UNNAMED', 'java.base/sun.nio.ch=ALL-UNNAMED'];
  return [
    ...open.flatMap((name) => ['--add-opens', name]),
    '-cp',
    `${join(PROJECT, 'target', 'classes')}:${dependencies}`,
  ];
}
