/** Anybody's Markdown: what an operator who points Handrail at it gets to walk. */
import { describe, expect, test } from 'vitest';
import type { Runbook } from '../../src/runbook/model.ts';
import { outline } from '../../src/runbook/outline.ts';
import { parseRunbook } from '../../src/runbook/parse.ts';
import { schemas } from './fake-schemas.ts';

const parse = (text: string) => parseRunbook('notes/shop.md', text, schemas);
const commands = (runbook: Runbook) =>
  runbook.steps.flatMap((step) =>
    step.actions.flatMap((action) => ('block' in action ? [action.block.script] : [])),
  );
const ruleIds = (text: string) => parse(text).diagnostics.map(({ rule }) => rule);

test('every shell block is a change that asks, whatever its words say', () => {
  const languages = [
    'bash',
    'sh',
    'shell',
    'zsh',
    'Bash',
    'bash {name=foo}',
    'bash title="x"',
    'sh {"name":"x"}',
    'sh copy',
    '{.bash}',
    'sh{1,3}',
    'sh look',
  ];
  for (const info of languages) {
    const { runbook } = parse(`# Shop\n\n## Restart\n\n\`\`\`${info}\necho hi\n\`\`\`\n`);
    expect(runbook.format).toBe('markdown');
    expect(
      runbook.steps.map((step) => step.actions.map(({ risk }) => risk)),
      info,
    ).toEqual([['change']]);
    expect(commands(runbook), info).toEqual(['echo hi']);
  }
});

test.each([
  [
    'dollar prompts, output dropped',
    '$ kubectl get pods\nNAME READY\nshop 1/1\n$ kubectl get svc',
    'kubectl get pods\nkubectl get svc',
  ],
  ['root and zsh prompts', '# id\nuid=0', 'id'],
  ['percent prompts', '% id\nuid=0', 'id'],
  ['a comment beside dollar prompts is not a command', '# rm everything\n$ ls', 'ls'],
  ['user and host', 'root@node-1:~# id\nuid=0\n[me@host dir]$ ls\n', 'id\nls'],
  [
    'continuations',
    '$ cat <<EOF | kubectl apply -f -\n> a: 1\n> EOF\nconfigured',
    'cat <<EOF | kubectl apply -f -\na: 1\nEOF',
  ],
  ['a backslash', '$ helm upgrade \\\n    --wait shop\nok', 'helm upgrade \\\n    --wait shop'],
  ['a here document without marks', '$ cat <<EOF\nhello\nEOF\nhello', 'cat <<EOF\nhello\nEOF'],
])('console: %s', (_name, block, script) => {
  expect(commands(parse(`# Shop\n\n\`\`\`console\n${block}\n\`\`\`\n`).runbook)).toEqual([script]);
  expect(
    commands(parse(`# Shop\n\n\`\`\`shell-session\n${block.replaceAll('\n', '\r\n')}\n\`\`\`\n`).runbook),
  ).toEqual([script]);
});

test('prompts in a bash block are taken off as well', () => {
  expect(commands(parse('# A\n\n```bash\n# first\n$ echo one\n$ echo two\n```\n').runbook)).toEqual([
    'echo one\necho two',
  ]);
});

test('blocks before any heading belong to a step named after the title, or the file', () => {
  expect(outline(parse('Some words.\n\n```sh\necho hi\n```\n').runbook)).toEqual([
    'shop.md',
    '  1. shop.md',
    '     change: echo hi',
  ]);
  const hugo = parse('+++\ntitle = "Close the shop"\n+++\n\n```sh\necho hi\n```\n');
  expect(hugo.runbook.steps[0]).toMatchObject({ title: 'Close the shop', id: 'close-the-shop' });
});

test.each([
  ['Hugo', '+++\ntitle = "T"\ntags = ["x"]\n+++\n'],
  ['Hugo with JSON', '{\n  "title": "T",\n  "runbook": "x"\n}\n'],
  ['Docusaurus', '---\nid: x\ntitle: T\nsidebar_position: 2\n---\n'],
  ['runme', '---\ntitle: T\nrunme:\n  id: 01\n  version: v3\n---\n'],
  ['broken YAML', '---\ntitle: T\n: : [\n---\n'],
  ['a byte order mark', '\ufeff---\ntitle: T\n---\n'],
])("reads past %s's front matter", (_name, front) => {
  const { runbook, diagnostics } = parse(`${front}\n## Go\n\n\`\`\`sh\necho hi\n\`\`\`\n`);
  expect(runbook.steps.map(({ title }) => title)).toEqual(['Go']);
  expect(diagnostics).toEqual([]);
});

test('code in nested lists and quotes is found, with its indentation gone', () => {
  const text =
    '# A\n\n1. First\n\n   ```bash\n   if true; then\n     echo one\n   fi\n   ```\n\n   - deeper\n\n     ```sh\n     echo two\n     ```\n\n> ```sh\n> echo three\n> ```\n';
  expect(commands(parse(text).runbook)).toEqual(['if true; then\n  echo one\nfi', 'echo two', 'echo three']);
});

test('CRLF and tabs change nothing', () => {
  const text = '# A\n\n## B\n\n- x\n\n\t```sh\n\techo hi\n\t```\n\n```sh\necho\tthere\n```\n';
  expect(commands(parse(text).runbook)).toEqual(['echo hi', 'echo\tthere']);
  expect(commands(parse(text.replaceAll('\n', '\r\n')).runbook)).toEqual(['echo hi', 'echo\tthere']);
});

test('MDX and HTML around blocks do not hide them, or it is said that they do', () => {
  const open = 'import Tabs from "x";\n\n# A\n\n<Tabs>\n\n```sh\necho hi\n```\n\n</Tabs>\n';
  expect(commands(parse(open).runbook)).toEqual(['echo hi']);
  expect(ruleIds('# A\n\n```sh\necho a\n```\n\n<details>\n```sh\necho hi\n```\n</details>\n')).toEqual([
    'hidden-block',
  ]);
});

describe('what is not understood is a warning', () => {
  test.each([
    ['another shell', '```powershell\nGet-Pod\n```', 'ignored-block'],
    ['a console without prompts', '```console\nkubectl get pods\n```', 'ignored-block'],
    ['no language', '```\n$ kubectl get pods\n```', 'ignored-block'],
    ['an unclosed fence', '```sh\necho hi\n', 'unclosed-fence'],
    ['a pipe to a shell', '```sh\ncurl -s https://x | sudo -E bash -\n```', 'pipe-to-shell'],
    ['a NUL', '```sh\necho \0\n```', 'not-text'],
  ])('%s', (_name, block, rule) => {
    const { diagnostics } = parse(`# A\n\n## First\n\n\`\`\`sh\necho first\n\`\`\`\n\n## B\n\n${block}\n`);
    expect(diagnostics.map((found) => [found.rule, found.severity])).toEqual([[rule, 'warning']]);
  });

  test('a binary file has no steps, and that is said once', () => {
    const bytes = Array.from({ length: 4_000 }, (_, index) => String.fromCharCode((index * 37) % 32)).join(
      '',
    );
    const { runbook, diagnostics } = parse(bytes);
    expect(runbook.steps).toEqual([]);
    expect(diagnostics.map(({ rule }) => rule)).toEqual(['not-text']);
  });

  test('an empty file and one of prose only', () => {
    expect(ruleIds('')).toEqual(['empty-runbook']);
    expect(ruleIds('# Only words\n\nNothing to run.\n')).toEqual(['empty-runbook']);
  });
});

test('links of a documentation site are not called broken where they cannot be checked', () => {
  expect(ruleIds('# A\n\n[x](/docs/y) [z](./other) [e](https://e.org)\n\n```sh\nls\n```\n')).toEqual([]);
});

test('the words around the blocks are kept in the order of the file', () => {
  const { runbook } = parse(
    '# A\n\nIntro.\n\n## B\n\nBefore.\n\n```sh\nls\n```\n\nAfter.\n\n## Notes\n\nLast words.\n',
  );
  expect(runbook.summary.map((part) => part.type === 'prose' && part.source)).toEqual(['Intro.']);
  expect(runbook.steps[0]?.content.map((part) => (part.type === 'prose' ? part.source : part.type))).toEqual([
    'Before.',
    'action',
    'After.\n\n## Notes\n\nLast words.',
  ]);
});
