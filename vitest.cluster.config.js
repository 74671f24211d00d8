import { defineConfig } from 'vitest/config';

/** The suites that need a real control plane: `npm run test:cluster`. */
export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', development: false } },
  test: {
    globalSetup: 'test/cluster/global-setup.ts',
    include: ['test/cluster/**/*.test.ts', 'test/cluster/**/*.test.tsx'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    env: { NODE_ENV: 'production', CI: 'false', CONTINUOUS_INTEGRATION: 'false' },
    pool: 'forks',
    maxWorkers: 2,
  },
});
