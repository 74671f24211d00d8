import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Tests run React's production build, as the program does; it has no development JSX runtime.
  oxc: { jsx: { runtime: 'automatic', development: false } },
  // The pseudo-terminal tests run the built program, so they see what a user sees.
  test: {
    globalSetup: 'test/helpers/tools-on-path.ts',
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    // They need a control plane, which needs Go (`npm run test:cluster`), or half an hour (`npm run test:hops`).
    exclude: ['node_modules/**', 'test/cluster/**', 'test/hops/**'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // `CI` and colour settings of the machine must not change what Ink draws.
    env: { NODE_ENV: 'production', CI: 'false', CONTINUOUS_INTEGRATION: 'false' },
    pool: 'forks',
    maxWorkers: 2,
  },
});
