/** What README and docs show is run here: every `sh` block, in order, page by page, in a home of its own, each page on a fresh practice cluster. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { entry, temporaryHome } from '../helpers/handrail.ts';

const root = resolve(import.meta.dirname, '../..');
const home = temporaryHome();
const tools = join(home.folder, 'tools');
// No XDG_STATE_HOME: the pages speak of the default places.
const { XDG_STATE_HOME: _, ...defaults } = home.env;
const env = { ...defaults, PATH: `${tools}:${home.env.PATH}` };
const state = join(home.folder, '.local/state/handrail');

interface Block {
  readonly label: string;
  readonly script: string;
  readonly line: number;
}

function blocks(page: string): readonly Block[] {
  const tree = fromMarkdown(readFileSync(join(root, page), 'utf8'));
  return tree.children.flatMap((node) =>
    node.type === 'code' && node.lang === 'sh'
      ? [{ label: node.meta ?? '', script: node.value, line: node.position!.start.line }]
      : [],
  );
}

function run(script: string, cwd: string, extra: Record<string, string> = {}) {
  const shell = ['--norc', '-o', 'errexit', '-o', 'nounset', '-o', 'pipefail', '-c', script];
  const { status, stdout, stderr } = spawnSync('bash', shell, {
    cwd,
    env: { ...env, ...extra },
    encoding: 'utf8',
    input: '',
  });
  return { status, said: `${stdout}\n${stderr}` };
}

beforeAll(() => {
  mkdirSync(tools);
  writeFileSync(join(tools, 'handrail'), `#!/bin/sh\nexec "${process.execPath}" "${entry}" "$@"\n`);
  chmodSync(join(tools, 'handrail'), 0o755);
});

afterAll(() => {
  run('handrail practice down', home.folder);
  home.remove();
});

test.each([
  'README.md',
  'docs/practice.md',
  'docs/sessions.md',
  'docs/runbook-format.md',
  'docs/linkerd.md',
  'docs/plan.md',
  'docs/survey.md',
  'docs/watching.md',
  'docs/check.md',
  'docs/diagnose.md',
  'docs/preflight.md',
  'docs/notices.md',
  'docs/netpol.md',
  'docs/restart.md',
  'docs/drills.md',
])(
  'the commands of %s run from the first to the last, in one shell',
  (page) => {
    // What one page breaks on the practice cluster is nothing to the next.
    run('handrail practice down', home.folder);
    const folder = join(home.folder, page.replaceAll('/', '-'));
    mkdirSync(folder);
    // What one page broke on purpose is no business of the next.
    run('handrail practice down', home.folder);
    const plain = blocks(page).filter(({ label }) => label === '');
    const script = plain.map(({ line, script }) => `echo "== ${page}:${line}"\n${script}`).join('\n');
    const { status, said } = run(script, folder);
    expect(status, said).toBe(0);
  },
  240_000,
);

/** The practice cluster under a name of the pages: a kubeconfig as an operator has one. */
function realKubeconfig(): string {
  const kubeconfig = join(home.folder, 'real');
  copyFileSync(join(state, 'practice/kubeconfig'), kubeconfig);
  const renamed = run(
    `kubectl --kubeconfig "${kubeconfig}" config rename-context practice prod-eu-1`,
    home.folder,
  );
  expect(renamed.status, renamed.said).toBe(0);
  return kubeconfig;
}

test('the commands for a real cluster reach the cluster of that context', () => {
  run('handrail practice down', home.folder);
  expect(run('handrail practice up', home.folder).status).toBe(0);
  const kubeconfig = realKubeconfig();
  for (const { script } of blocks('README.md').filter(({ label }) => label === 'real')) {
    for (const command of script.split('\n')) {
      const { status, said } = run(command, home.folder, { KUBECONFIG: kubeconfig });
      expect(said).toContain('prod-eu-1');
      // With no keyboard there, the first question pauses the session.
      expect(status, said).toBe(3);
    }
  }
}, 120_000);

test('what looks at a real cluster reaches it and comes to its end', () => {
  run('handrail practice down', home.folder);
  expect(run('handrail practice up', home.folder).status).toBe(0);
  const kubeconfig = realKubeconfig();
  const commands = blocks('README.md').flatMap(({ label, script }) =>
    label === 'live' ? script.split('\n') : [],
  );
  expect(commands.length).toBeGreaterThan(3);
  for (const command of commands) {
    const { status, said } = run(command, home.folder, { KUBECONFIG: kubeconfig });
    expect(said).toContain('prod-eu-1');
    expect(status, said).toBe(0);
  }
}, 120_000);

test('the installation works from a clone', () => {
  const clone = join(home.folder, 'clone');
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: root,
  });
  mkdirSync(clone);
  execFileSync('bash', ['-c', `tar --null --files-from=- --create | tar --extract --directory "${clone}"`], {
    cwd: root,
    input: files,
  });
  rmSync(join(clone, 'node_modules'), { force: true });
  symlinkSync(join(root, 'node_modules'), join(clone, 'node_modules'));
  for (const { script } of blocks('README.md').filter(({ label }) => label === 'install')) {
    const prefix = join(home.folder, 'global');
    const { status, said } = run(script, clone, {
      npm_config_prefix: prefix,
      npm_config_cache: join(home.folder, 'npm'),
      PATH: `${prefix}/bin:${home.env.PATH}`,
    });
    expect(status, said).toBe(0);
    expect(said).toMatch(/^handrail \d/m);
  }
}, 120_000);
