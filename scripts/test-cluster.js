/**
 * `npm run test:cluster`: the tests against a real Kubernetes control plane. Whatever it needs is built first; where that
 * cannot be done it fails, and never passes by leaving tests out. Arguments go to vitest.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildServer } from '../test/cluster/server/build.js';

const root = fileURLToPath(new URL('..', import.meta.url));
try {
  await buildServer();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
const vitest = join(root, 'node_modules/vitest/vitest.mjs');
const args = ['run', '--config', 'vitest.cluster.config.js', ...process.argv.slice(2)];
const { status } = spawnSync(process.execPath, [vitest, ...args], { cwd: root, stdio: 'inherit' });
process.exitCode = status ?? 1;
