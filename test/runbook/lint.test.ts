/** `handrail lint`, as somebody at a terminal, an editor or a code host sees it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lint } from '../../src/commands/lint.ts';
import { formatDiagnostic } from '../../src/runbook/diagnostics.ts';
import { parseRunbook } from '../../src/runbook/parse.ts';
import { schemas } from './fake-schemas.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'handrail-lint-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));

const file = (name: string, text: string | Buffer) => {
  mkdirSync(join(folder, name, '..'), { recursive: true });
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

async function run(files: readonly string[], output: 'text' | 'json' | 'sarif' = 'text', color = false) {
  const said = { out: '', err: '' };
  const code = await lint(
    { files, output, color, schemas },
    { stdout: { write: (text) => (said.out += text) }, stderr: { write: (text) => (said.err += text) } },
  );
  return { code, ...said };
}

const good = '---\nrunbook: 1\n---\n\n## A\n\n```sh look\nls\n```\n';
const bad = '---\nrunbook: 1\n---\n\n## A\n\n```sh lok\necho "$FOO"\n```\n';

test('text: place, excerpt, caret, what was expected, what was meant, the page, and a sum', async () => {
  const path = file('bad.md', bad);
  const { code, out, err } = await run([path]);
  expect(err).toBe('');
  expect(code).toBe(2);
  expect(out).toBe(
    [
      `${path}:7:7: error unknown-action: "lok" is nothing that a shell block can be`,
      '  7 | ```sh lok',
      '    |       ^^^',
      '  expected: look, change, irreversible, preview, verify, undo or show',
      '  did you mean: look',
      '  see: docs/rules/unknown-action.md',
      '',
      `${path}:8:7: error undefined-variable: nothing defines FOO`,
      '  8 | echo "$FOO"',
      '    |       ^^^^',
      '  expected: a parameter, a name under environment, or an assignment in the same block',
      '  see: docs/rules/undefined-variable.md',
      '',
      '1 file: 2 errors, 0 warnings',
      '',
    ].join('\n'),
  );
});

test('warnings alone do not fail, nor does a clean file', async () => {
  const { code, out } = await run([file('notes.md', '# A\n\n```fish\nls\n```\n\n```sh\nls\n```\n')]);
  expect(out).toContain('warning ignored-block');
  expect(code).toBe(0);
  expect(await run([file('good.md', good)])).toEqual({
    code: 0,
    out: '1 file: 0 errors, 0 warnings\n',
    err: '',
  });
});

test('colours only where they are asked for', async () => {
  const path = file('bad.md', bad);
  expect((await run([path], 'text', true)).out).toContain('\x1b[1;31merror\x1b[0m');
  expect((await run([path])).out).not.toContain('\x1b');
});

test('a folder means its Markdown files; a file that several lead to is told once', async () => {
  const branch = `${good}\n### If it fails\n\n- [P](sub/p.md)\n`;
  file('one.md', branch);
  file('two.md', branch);
  file('sub/p.md', bad);
  file('node_modules/x.md', bad);
  file('picture.png', Buffer.from([0, 1, 2]));
  const { code, out } = await run([folder]);
  expect(code).toBe(2);
  expect(out.match(/unknown-action:/g)).toHaveLength(1);
  expect(out).toContain(`${join(folder, 'sub/p.md')}:7:7:`);
  expect(out).toContain('3 files: 2 errors');
});

test('what cannot be read is said, the rest is checked, and the exit code is 2', async () => {
  const { code, out, err } = await run([join(folder, 'no\x1b[2J.md'), file('good.md', good)]);
  expect(err).toMatch(/no\.md cannot be read: it does not exist\n$/);
  expect(out).toContain('1 file: 0 errors');
  expect(code).toBe(2);
});

test('JSON: the diagnostics with their places and pages', async () => {
  const path = file('bad.md', bad);
  const found = JSON.parse((await run([path], 'json')).out);
  expect(found[0]).toEqual({
    rule: 'unknown-action',
    severity: 'error',
    message: '"lok" is nothing that a shell block can be',
    expected: 'look, change, irreversible, preview, verify, undo or show',
    suggestion: 'look',
    page: 'docs/rules/unknown-action.md',
    place: { file: path, line: 7, column: 7, offset: 32, endLine: 7, endColumn: 10, endOffset: 35 },
  });
  expect(JSON.parse((await run([file('good.md', good)], 'json')).out)).toEqual([]);
});

test('SARIF 2.1.0: rules, results that point to them, regions that count from 1', async () => {
  const log = JSON.parse((await run([file('with blank.md', bad), join(folder, 'none.md')], 'sarif')).out);
  expect(log.version).toBe('2.1.0');
  const [only] = log.runs;
  expect(only.columnKind).toBe('utf16CodeUnits');
  expect(only.invocations[0].executionSuccessful).toBe(false);
  expect(only.invocations[0].toolExecutionNotifications[0].message.text).toContain('none.md');
  for (const result of only.results) {
    expect(only.tool.driver.rules[result.ruleIndex].id).toBe(result.ruleId);
    expect(['error', 'warning']).toContain(result.level);
    expect(result.message.text).not.toBe('');
    const { artifactLocation, region } = result.locations[0].physicalLocation;
    expect(artifactLocation.uri).toMatch(/with%20blank\.md$/);
    expect(region.startLine).toBeGreaterThan(0);
    expect(region.endColumn).toBeGreaterThan(region.startColumn);
  }
});

describe('excerpts of hostile files', () => {
  const caretLine = (text: string) => {
    const { diagnostics } = parseRunbook('x.md', text, schemas);
    return formatDiagnostic(diagnostics.find(({ rule }) => rule === 'undefined-variable')!, text)
      .split('\n')
      .slice(1, 3);
  };
  const block = (line: string) => `---\nrunbook: 1\n---\n\n## A\n\n\`\`\`sh look\n${line}\n\`\`\`\n`;

  test.each([
    ['tabs', 'echo\t\t$FOO', 'echo    $FOO', 8],
    ['wide characters', 'echo 漢字 💥 $FOO', 'echo 漢字 💥 $FOO', 13],
    ['an escape sequence', 'echo \x1b[2J $FOO', 'echo ␛[2J $FOO', 10],
    ['reversed text', 'echo \u202e $FOO', 'echo \ufffd $FOO', 7],
  ])('%s', (_name, line, shown, column) => {
    expect(caretLine(block(line))).toEqual([`  8 | ${shown}`, `    | ${' '.repeat(column)}^^^^`]);
  });

  test('a very long line is cut around the caret', () => {
    const [line, caret] = caretLine(block(`echo ${'x'.repeat(5_000)} $FOO ${'y'.repeat(5_000)}`));
    expect(line!.length).toBeLessThan(110);
    expect(line!.indexOf('$FOO')).toBe(caret!.indexOf('^^^^'));
  });
});

test('the file name cannot move the cursor either', async () => {
  const { out } = await run([file('a\x1b[2J.md', bad)]);
  expect(out).not.toContain('\x1b');
});
