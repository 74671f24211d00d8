import { defineConfig, mergeConfig } from 'vitest/config';
import everything from './vitest.config.js';

/** Upgrades from release to release, walked from end to end: `npm run test:hops`. They wait more than they reckon: pods, soaks. */
export default mergeConfig(
  { ...everything, test: { ...everything.test, include: [], exclude: [] } },
  defineConfig({
    test: { include: ['test/hops/**/*.test.ts'], exclude: ['node_modules/**'], maxWorkers: 4 },
  }),
);
