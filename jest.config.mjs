import { readFileSync } from 'node:fs';

const swc = JSON.parse(readFileSync(new URL('.swcrc', import.meta.url), 'utf8'));
// jest resolves the aliases itself (below), so that @swc/jest must not rewrite them
const { paths: _paths, baseUrl: _baseUrl, ...jsc } = swc.jsc;

const shared = {
  rootDir: import.meta.dirname,
  setupFiles: ['<rootDir>/test/support/property-seed.mjs'],
  extensionsToTreatAsEsm: ['.ts'],
  testEnvironment: 'node',
  transform: { '^.+\\.ts$': ['@swc/jest', { swcrc: false, jsc, module: { type: 'es6' }, sourceMaps: 'inline' }] },
  moduleNameMapper: {
    '^@finvera/tenancy/testing$': '<rootDir>/libs/tenancy/src/testing.ts',
    '^@finvera/([a-z-]+)$': '<rootDir>/libs/$1/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': ['$1.js', '$1'],
  },
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.finvera', '<rootDir>/apps/dashboard'],
};

export default {
  maxWorkers: 2,
  testTimeout: 60_000,
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/libs/**/*.spec.ts', '<rootDir>/apps/**/*.spec.ts'],
    },
    { ...shared, displayName: 'system', testMatch: ['<rootDir>/test/**/*.spec.ts'] },
  ],
};
