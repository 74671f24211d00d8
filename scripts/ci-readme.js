// The README's first command, as a newcomer runs it: in a fresh clone, in a terminal of 80 by 24. It must end at the home
// screen on a practice cluster, and `q` must leave it cleanly. Exit code 0 says that it did.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pty from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { readmeCommand } from './readme-command.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const atMost = 10 * 60_000;
const command = readmeCommand(readFileSync(join(root, 'README.md'), 'utf8'), 'screen');
const folder = mkdtempSync(join(tmpdir(), 'handrail-readme-'));
const clone = join(folder, 'clone');

// A person at a terminal: no CI there, no kubeconfig, and a state folder of its own. HOME stays: npm reads its settings there.
const env = {
  ...process.env,
  TERM: 'xterm-256color',
  LANG: 'C.UTF-8',
  XDG_STATE_HOME: join(folder, 'state'),
};
for (const name of Object.keys(env)) {
  if (/^(CI|CONTINUOUS_INTEGRATION|NO_COLOR|FORCE_COLOR|NODE_ENV|KUBECONFIG|VITEST|npm_.*)$/.test(name))
    delete env[name];
}

function walkIn() {
  return new Promise((resolve, reject) => {
    const terminal = new xterm.Terminal({ cols: 80, rows: 24, allowProposedApi: true });
    const program = pty.spawn('bash', ['-c', command], { cols: 80, rows: 24, cwd: clone, env });
    const rows = () =>
      Array.from({ length: 24 }, (_, row) =>
        terminal.buffer.active.getLine(terminal.buffer.active.viewportY + row)?.translateToString(true),
      ).join('\n');
    let home;
    const timer = setTimeout(() => program.kill('SIGKILL'), atMost);
    terminal.onData((data) => program.write(data));
    program.onData((data) =>
      terminal.write(data, () => {
        if (home !== undefined || !/Handrail.*PRACTICE/.test(rows()) || !/Upgrade Linkerd/.test(rows()))
          return;
        home = rows();
        program.write('q');
      }),
    );
    program.onExit(({ exitCode }) => {
      clearTimeout(timer);
      if (home !== undefined && exitCode === 0) resolve(home);
      else
        reject(new Error(`${home ? 'left' : 'never came to'} the home screen, exit ${exitCode}:\n${rows()}`));
    });
  });
}

try {
  execFileSync('git', ['clone', '--quiet', root, clone], { stdio: 'inherit' });
  console.log(`${command}\n\n${await walkIn()}`);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  try {
    execFileSync(process.execPath, [join(clone, 'dist/handrail.js'), 'practice', 'down'], { env });
  } catch {
    // It may not have come as far as a practice cluster.
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
