/** The command line as a user meets it: the built program, run in a home of its own. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exitCodes } from '../../src/state/exit-codes.ts';
import { handrail, temporaryHome } from '../helpers/handrail.ts';

const home = temporaryHome();
const { env } = home;
const run = (args: readonly string[], input?: string) =>
  handrail(args, input === undefined ? { env } : { env, input });
const file = (name: string, text: string) => {
  const path = join(home.folder, name);
  writeFileSync(path, text);
  return path;
};

beforeAll(() => file('hello.md', '# Hello\n\n## Say it\n\n```sh\necho "hello $((40 + 2))"\n```\n'));
afterAll(() => home.remove());

describe('help', () => {
  test('--version prints the version of the package', async () => {
    const { version } = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../package.json'), 'utf8'));
    expect(await run(['--version'])).toEqual({ code: 0, stdout: `handrail ${version}\n`, stderr: '' });
  });

  test('--help leads to every verb, shows examples and explains the exit codes', async () => {
    const { code, stdout } = await run(['--help']);
    expect(code).toBe(0);
    for (const verb of [
      'run',
      'resume',
      'follow',
      'sessions',
      'report',
      'list',
      'lint',
      'practice',
      'completion',
    ]) {
      expect(stdout).toMatch(new RegExp(`^  ${verb} `, 'm'));
    }
    expect(stdout).toContain('handrail report > ticket.md');
    for (const { meaning } of Object.values(exitCodes)) expect(stdout).toContain(meaning);
  });

  test('the documentation has the same exit codes', () => {
    const page = readFileSync(resolve(import.meta.dirname, '../../docs/exit-codes.md'), 'utf8');
    const rows = page.split('\n').filter((line) => /^\| \d/.test(line));
    expect(rows).toEqual(Object.values(exitCodes).map(({ code, meaning }) => `| ${code} | ${meaning} |`));
  });
});

describe('mistakes on the command line', () => {
  test.each([
    [['rnu', 'x.md'], 'There is no command "rnu".', 'Did you mean: handrail run'],
    [['notes.md'], 'There is no command "notes.md".', 'handrail run notes.md'],
    [['run', 'nowhere/to-be-found'], 'There is no runbook "nowhere/to-be-found".', 'handrail list'],
    [['run', 'hello.md', '--unattended'], '--unattended needs --plain.', 'Add --plain.'],
    [['run', 'hello.md', '--set', 'TO'], 'KEY=VALUE', '--set'],
    [['run', 'hello.md', '--plain', '--set', 'TO=1'], 'no parameter TO', ''],
    [['resume', 'zzzz'], 'There are no sessions', ''],
  ])('%j is refused with exit code 2 and a way on', async (args, message, fix) => {
    const { code, stderr } = await run(args);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).toContain(fix);
    expect(stderr).not.toContain('    at ');
  });

  test('an answers file that is no mapping names its mistake', async () => {
    const answers = file('answers.yaml', '- a\n- b\n');
    const { code, stderr } = await run(['run', 'hello.md', '--plain', '--unattended', '--answers', answers]);
    expect(code).toBe(2);
    expect(stderr).toContain('must be a mapping');
  });
});

describe('without a terminal', () => {
  test('the home screen is a text that says how to go on', async () => {
    const { code, stdout } = await run([]);
    expect(code).toBe(0);
    expect(stdout).toContain('linkerd/upgrade-cli');
    expect(stdout).toContain('handrail --help');
    expect(stdout).not.toContain('\u001B');
  });

  test('anybody\u2019s Markdown is walked over a pipe, and the end of the input is a pause', async () => {
    const paused = await run(['run', 'hello.md', '--plain'], '');
    expect(paused.code).toBe(exitCodes.leftOpen.code);
    expect(paused.stdout).toContain('echo "hello $((40 + 2))"');
    expect(paused.stdout).not.toContain('hello 42');

    const done = await run(['resume', '--plain'], 'run\nnext\n');
    expect(done.stdout).toContain('hello 42');
    expect(done.code).toBe(0);

    const report = await run(['report']);
    expect(report.stdout).toContain('# ');
    expect(report.stdout).toContain('Say it');

    const sessions = JSON.parse((await run(['sessions', '-o', 'json'])).stdout);
    expect(sessions).toMatchObject([{ title: 'Hello', status: 'completed' }]);
  });

  test.skipIf(process.platform !== 'linux')(
    'what a command leaves running is said, and left alone',
    async () => {
      const leaves = file(
        'leaves.md',
        '# Leaves\n\n## Go\n\n```bash\nsleep 60 >/dev/null 2>&1 &\necho "pid $!"\n```\n',
      );
      const { code, stdout } = await run(['run', leaves, '--plain'], 'run\nnext\n');
      expect(stdout).toContain('1 process of this command still runs.');
      expect((await run(['report'])).stdout).toContain('1 process of this command still runs.');
      // It would throw if there were no such process.
      process.kill(Number(/pid (\d+)/.exec(stdout)?.[1]));
      expect(code).toBe(0);
    },
  );

  test.each([
    ['live', [], 'Waited'],
    ['in a dry run', ['--dry-run'], 'Not done in a dry run: Wait'],
  ])(
    'unattended, %s: the record says what was asked, what was answered and from where',
    async (_, flags, waited) => {
      const asking = file(
        'asking.md',
        `---
runbook: 1
title: Asking
requires: {cluster: false}
parameters:
  HOW: {type: choice, choices: [cli, helm], default: helm}
  TOKEN: {type: secret}
  TICKET: {type: string}
---

# Asking

## Say

\`\`\`yaml ask
parameter: TICKET
\`\`\`

\`\`\`yaml confirm
message: Everybody was told.
\`\`\`

\`\`\`yaml wait
for: 1s
\`\`\`

\`\`\`sh look
echo "$HOW" "$TICKET" "\${#TOKEN}"
\`\`\`
`,
      );
      const answers = file('asking.yaml', 'TOKEN: hunter2-hunter2\nTICKET: OPS-1\nsay: "yes"\n');
      const { code, stdout } = await run([
        'run',
        asking,
        '--plain',
        '--unattended',
        '--answers',
        answers,
        ...flags,
      ]);
      expect(stdout).toContain('? Value of HOW?\n  = helm, from the default\n');
      expect(stdout).toContain('? Value of TOKEN?\n  = (a secret), from the answers file\n');
      expect(stdout).toContain('? Value of TICKET?\n  = OPS-1, from the answers file\n');
      expect(stdout).toContain('? Everybody was told.\n  = yes, from the answers file\n');
      expect(stdout).toContain(`${waited} 1s.`);
      expect(stdout).not.toContain('hunter2');
      expect(code).toBe(0);
    },
  );

  test.each([
    ['an empty file', Buffer.alloc(0)],
    ['a text without a block', Buffer.from('# Only words\n')],
    ['UTF-16', Buffer.from('\ufeff# A\n\n## B\n\n```sh\necho hi\n```\n', 'utf16le')],
    ['a binary file', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 0xff, 0xfe, 0])],
  ])('%s does not come to its end: there is nothing to run', async (_, content) => {
    const path = join(home.folder, 'nothing.md');
    writeFileSync(path, content);
    const { code, stdout, stderr } = await run(['run', path, '--plain', '--unattended']);
    expect(code).toBe(2);
    expect(stderr).toContain('There is nothing to run in this file');
    expect(stdout).not.toContain('come to its end');
  });

  test('over a pipe every line answers the question that is open, however many wrong ones came before', async () => {
    const asked = file(
      'asked.md',
      `---
runbook: 1
title: Asked
requires: {cluster: false}
parameters:
  A: {type: string}
  B: {type: choice, choices: [x, y]}
  C: {type: duration}
  D: {type: string}
---

# Asked

## Tell

\`\`\`sh change
echo "A=$A B=$B C=$C D=$D"
\`\`\`

## Agree

\`\`\`yaml confirm
message: All is well?
\`\`\`
`,
    );
    // A fixed sequence of numbers: a failure can be looked at again.
    let seed = 7;
    const next = (below: number) => {
      seed = (seed * 1103515245 + 12345) % 2 ** 31;
      return Math.floor((seed / 2 ** 31) * below);
    };
    const wrong = (line: string) => Array.from({ length: next(4) }, () => line);
    for (let turn = 0; turn < 6; turn += 1) {
      const lines = [
        ...wrong(''),
        'a',
        ...wrong('BAD'),
        'x',
        ...wrong('c'),
        '5m',
        ...wrong(':help'),
        'd',
        ...wrong('next'),
        'run',
        ...wrong('run'),
        'next',
        ...wrong('z'),
        'yes',
      ];
      const { code, stdout } = await run(
        ['run', asked, '--plain'],
        lines.map((line) => `${line}\n`).join(''),
      );
      expect(stdout, lines.join()).toContain('| A=a B=x C=5m D=d');
      expect(stdout, lines.join()).not.toContain('came before this question');
      expect(stdout, lines.join()).toContain('The runbook has come to its end.');
      expect(code).toBe(0);
    }
  });

  test('what is captured and holds a secret is a secret: shown and kept nowhere, and asked for on resume', async () => {
    const runbook = file(
      'captured-secret.md',
      `---
runbook: 1
title: Captured
requires: {cluster: false}
parameters:
  K: {type: secret}
  OWN: {type: secret}
---

# Captured

## Look

\`\`\`sh look capture=CAP
printf 'Bearer %s' "$K"
\`\`\`

\`\`\`sh look capture=OWN
rev <<<drowssap-nwo
\`\`\`

## Use

\`\`\`sh change
printf '%s/%s' "$CAP" "$OWN" | wc -c
echo "$CAP $OWN"
\`\`\`
`,
    );
    const paused = await run(['run', runbook, '--plain'], 'hunter2-hunter2\nnext\nnext\n');
    expect(paused.code).toBe(exitCodes.leftOpen.code);
    const done = await run(
      ['resume', '--plain'],
      'hunter2-hunter2\nown-password\nBearer hunter2-hunter2\nrun\nnext\n',
    );
    expect(done.stdout).toContain('CAP, captured in \u201cLook\u201d, held a secret, so it was not kept.');
    expect(done.stdout).toContain('| 35');
    expect(done.code).toBe(0);
    const report = await run(['report']);
    expect(report.stdout).toContain('`CAP`: a secret, not kept');
    const sessions = join(home.folder, 'state/handrail/sessions');
    const kept = readdirSync(sessions, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
    expect(kept.join('')).toContain('***');
    for (const text of [paused.stdout, done.stdout, report.stdout, ...kept]) {
      expect(text).not.toContain('hunter2');
      expect(text).not.toContain('own-password');
    }
  });

  test('a session goes on where its runbook links to a file that is not part of its copy', async () => {
    file('notes.md', '# Notes\n');
    const linked = file(
      'linked.md',
      '---\nrunbook: 1\ntitle: Linked\nrequires: {cluster: false}\n---\n\n# Linked\n\nSee [the notes](notes.md).\n\n## Look\n\n```sh look\necho seen\n```\n',
    );
    const paused = await run(['run', linked, '--plain'], '');
    expect(paused.code).toBe(exitCodes.leftOpen.code);
    const done = await run(['resume', '--plain'], 'next\n');
    expect(done.code).toBe(0);
    expect(done.stdout).toContain('The runbook has come to its end.');
    expect((await run(['report'])).stdout).toContain('# ');
  });

  test('unattended, it runs to its end', async () => {
    const { code, stdout } = await run(['run', 'hello.md', '--plain', '--unattended']);
    expect(code).toBe(0);
    expect(stdout).toContain('hello 42');
  });

  test('unattended, a failed change stops it with an exit code of its own', async () => {
    file(
      'fails.md',
      '# Fails\n\n## Break\n\n```sh\nexit 7\n```\n\n## After\n\n```sh\necho must not run\n```\n',
    );
    const { code, stdout } = await run(['run', 'fails.md', '--plain', '--unattended']);
    expect(code).toBe(exitCodes.failed.code);
    expect(stdout).not.toContain('| must not run');
  });
});

describe('completion', () => {
  test.each(['bash', 'zsh', 'fish'])('%s gets a script that asks the program', async (shell) => {
    const { code, stdout } = await run(['completion', shell]);
    expect(code).toBe(0);
    expect(stdout).toContain('handrail __complete');
  });

  test.each([
    [['__complete', '--', 'pr'], 'practice\npreflight\n'],
    [['__complete', '--', 'practice', 'st'], 'status\n'],
    [
      ['__complete', '--', 'run', 'linkerd/up'],
      'linkerd/upgrade\nlinkerd/upgrade-cli\nlinkerd/upgrade-helm\n',
    ],
    [['__complete', '--', 'lint', '-o', 's'], 'sarif\n'],
    [['__complete', '--', 'explain', 'crd-ver'], 'crd-version-missing\n'],
    [['__complete', '--', 'run', 'x.md', '--dry'], '--dry-run\n'],
    [['__complete', '--', 'pl'], 'plan\n'],
    [['__complete', '--', 'plan', '--by', 'h'], 'helm\n'],
    [
      ['__complete', '--', 'plan', '--to', 'stable-2.1'],
      'stable-2.10.2\nstable-2.11.5\nstable-2.12.6\nstable-2.13.7\nstable-2.14.10\n',
    ],
  ])('%j', async (args, expected) => {
    expect((await run(args)).stdout).toBe(expected);
  });

  test('bash completes with it', async () => {
    const { execFileSync } = await import('node:child_process');
    const { entry } = await import('../helpers/handrail.ts');
    const script = `handrail() { "${process.execPath}" "${entry}" "$@"; }
      source <(handrail completion bash); COMP_WORDS=(handrail pra); COMP_CWORD=1; _handrail; echo "\${COMPREPLY[*]}"`;
    expect(execFileSync('bash', ['-c', script], { env, encoding: 'utf8' })).toBe('practice\n');
  });
});
