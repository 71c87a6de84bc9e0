const transform = {
  '^.+\\.ts$': [
    '@swc/jest',
    { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } },
  ],
};
// Unit tests run on the sources; system, simulation and packaging tests choose what they run on themselves.
const onSources = {
  '^@aeron/(core|codecs|client|driver)$': '<rootDir>/packages/$1/src/index.ts',
  '^@aeron/(core|codecs|client|driver)/(.*)$': '<rootDir>/packages/$1/src/$2.ts',
};
const common = {
  rootDir: import.meta.dirname ?? new URL('.', import.meta.url).pathname,
  transform,
  extensionsToTreatAsEsm: [],
};
export default {
  projects: [
    {
      ...common,
      displayName: 'unit',
      moduleNameMapper: onSources,
      testMatch: [
        '<rootDir>/packages/*/src/**/*.test.ts',
        '<rootDir>/tools/**/*.test.ts',
        '<rootDir>/tests/golden/**/*.test.ts',
      ],
    },
    { ...common, displayName: 'sim', moduleNameMapper: onSources, testMatch: ['<rootDir>/tests/sim/**/*.test.ts'] },
    { ...common, displayName: 'system', testMatch: ['<rootDir>/tests/system/**/*.test.ts'] },
  ],
};
