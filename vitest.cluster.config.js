import { defineConfig } from 'vitest/config';

/** The suites that need a real control plane: `npm run test:cluster`. */
export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', development: false } },
  test: {
    // These suites kill the API server: a connection of the harness that breaks at that moment, after its answer was waited for no
    // more, fails no test. Everything else that nobody caught does.
    onUnhandledError: ({ code }) => code !== 'ECONNRESET',
    globalSetup: 'test/cluster/global-setup.ts',
    include: ['test/cluster/**/*.test.ts', 'test/cluster/**/*.test.tsx'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    env: { NODE_ENV: 'production', CI: 'false', CONTINUOUS_INTEGRATION: 'false' },
    pool: 'forks',
    maxWorkers: 2,
  },
});
