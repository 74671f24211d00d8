import { defineConfig } from 'vitest/config';

export default defineConfig({
  // The pseudo-terminal tests run the built program, so they see what a user sees.
  test: {
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // `CI` and colour settings of the machine must not change what Ink draws.
    env: { NODE_ENV: 'production', CI: '', CONTINUOUS_INTEGRATION: '' },
    pool: 'forks',
    maxWorkers: 2,
  },
});
