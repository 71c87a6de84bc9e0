// SPDX-License-Identifier: Apache-2.0
// One project per kind of test. `npm test` runs unit, sim and system; the others are chosen with --selectProjects.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const rootDir = dirname(fileURLToPath(import.meta.url));
const transform = {
  '^.+\\.ts$': [
    '@swc/jest',
    { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } },
  ],
};
// Unit and simulation tests run on the sources; the others on the built packages, which is what ships.
const onSources = {
  '^@aeron/(core|codecs|client|driver|agent)$': '<rootDir>/packages/$1/src/index.ts',
  '^@aeron/(core|codecs|client|driver|agent)/(.*)$': '<rootDir>/packages/$1/src/$2.ts',
};

const projects = {
  unit: {
    moduleNameMapper: onSources,
    testMatch: [
      '<rootDir>/packages/*/src/**/*.test.ts',
      '<rootDir>/tools/**/*.test.ts',
      '<rootDir>/bench/src/**/*.test.ts',
      '<rootDir>/tests/golden/**/*.test.ts',
    ],
  },
  sim: { moduleNameMapper: onSources, testMatch: ['<rootDir>/tests/sim/**/*.test.ts'] },
  system: { testMatch: ['<rootDir>/tests/system/**/*.test.ts'] },
  packaging: { testMatch: ['<rootDir>/tests/packaging/**/*.test.ts'] },
  interop: { testMatch: ['<rootDir>/tests/interop/**/*.test.ts'] },
  readme: { testMatch: ['<rootDir>/tests/readme/**/*.test.ts'] },
};
// Need more than Node and npm, or minutes: run only when asked for.
const onlyWhenChosen = ['packaging', 'interop', 'readme'];
const chosen = process.argv.some((argument) => argument.startsWith('--selectProjects'));

export default {
  rootDir,
  // For machines that are slow or busy; a test that waits for something states what it waits for.
  testTimeout: 60_000,
  projects: Object.entries(projects)
    .filter(([name]) => chosen || !onlyWhenChosen.includes(name))
    .map(([displayName, project]) => ({ displayName, rootDir, transform, ...project })),
};
