// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of a shell
/** Whatever the bytes are: no crash, no hang, places inside the file. */
import { describe, expect, test, vi } from 'vitest';
import { formatDiagnostic } from '../../src/runbook/diagnostics.ts';
import { outline } from '../../src/runbook/outline.ts';
import { parseRunbook } from '../../src/runbook/parse.ts';
import { scanVariables } from '../../src/runbook/shell-variables.ts';
import { schemas } from './fake-schemas.ts';

vi.setConfig({ testTimeout: 120_000 });

/** Generous: these take tens of milliseconds, and what is guarded against takes minutes. */
const bound = 20_000;

function timed<T>(work: () => T): { result: T; ms: number } {
  const start = performance.now();
  const result = work();
  return { result, ms: performance.now() - start };
}

const step =
  '## Step of many\n\nSome words with `code`, *stress* and [a link](#x).\n\n```bash\nkubectl get pods\n```\n\n';

test('10 MB of Markdown are read in bounded time, every step found, and the file said to be too large', () => {
  const count = Math.ceil(10_000_000 / step.length);
  const { result, ms } = timed(() => parseRunbook('big.md', step.repeat(count), schemas));
  expect(result.runbook.steps).toHaveLength(count);
  expect(result.diagnostics.map(({ rule }) => rule)).toContain('too-complex');
  expect(ms).toBeLessThan(60_000);
});

test('a runbook of ours that is too large is an error: a gate must not be overlooked', () => {
  const text = `---\nrunbook: 1\n---\n\n# Big\n\n## One\n\n\`\`\`sh look\nls\n\`\`\`\n\n${'word '.repeat(60_000)}\n`;
  const { diagnostics } = parseRunbook('big.md', text, schemas);
  expect(diagnostics.map(({ rule, severity }) => [rule, severity])).toEqual([['too-complex', 'error']]);
});

describe('inputs that make Markdown parsers slow', () => {
  const inputs: Record<string, string> = {
    'quotes in quotes': `${'>'.repeat(10_000)} a\n`,
    'lists in lists': `${'- '.repeat(10_000)}a\n`,
    'numbered lists': `${'1. '.repeat(10_000)}a\n`,
    'a staircase of lists': Array.from({ length: 500 }, (_, depth) => `${'  '.repeat(depth)}- a\n`).join(''),
    'opening brackets': '['.repeat(100_000),
    'links in links': '[a]('.repeat(50_000),
    'stress never closed': '*a **b '.repeat(30_000),
    'backticks of every length': Array.from({ length: 500 }, (_, length) => '`'.repeat(length)).join(' '),
    'comments never closed': '<!-- '.repeat(40_000),
    entities: '&amp'.repeat(60_000),
    paragraphs: 'a\n\n'.repeat(300_000),
    sections: '# a\n\nb\n\n'.repeat(150_000),
    'branches for many steps': `## If it fails\n\n${'- [a](b.md)\n'.repeat(20_000)}\n${'## a\n\n```sh\nb\n```\n\n'.repeat(20_000)}`,
    'branches of branches': '## If it fails\n\n- [a](b.md)\n\n'.repeat(20_000),
    'one line': 'a'.repeat(10_000_000),
    newlines: '\n'.repeat(1_000_000),
    headings: '# \n'.repeat(30_000),
    fences: '```\n'.repeat(60_000),
    'open fences': '```sh\n~~~sh\n'.repeat(6_000),
    'blanks before a mark': `${' '.repeat(200_000)}\`\`\`sh\n`,
    pipes: `|${'a|'.repeat(50_000)}\n|${'-|'.repeat(50_000)}\n`,
    definitions: Array.from({ length: 8_000 }, (_, index) => `[a${index}]: x\n`).join(''),
    'front matter never closed': `---\nrunbook: 1\n${'a: b\n'.repeat(50_000)}`,
    'brackets in YAML': `---\nrunbook: 1\nparameters: ${'['.repeat(50_000)}\n---\n`,
    'mappings in YAML': `---\nrunbook: 1\nparameters: ${'{a: '.repeat(20_000)}\n---\n`,
    'dashes in YAML': `---\nrunbook: 1\nrisks:\n${'- '.repeat(5_000)}x\n---\n`,
    'a bomb of aliases': `---\nrunbook: 1\na: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'.replace(/./g, (key, at: number) => `${key}: &${key} [${Array.from({ length: 9 }, () => `*${'abcdefgh'[at]}`).join(',')}]\n`)}---\n`,
    'brackets in a command': `# A\n\n\`\`\`sh\n${'$('.repeat(50_000)}\n\`\`\`\n`,
    'here documents in a command': `# A\n\n\`\`\`sh\n${'cat <<A\n'.repeat(10_000)}\n\`\`\`\n`,
    escapes: '\x1b[2J\u202e\u0000'.repeat(20_000),
  };
  test.each(Object.keys(inputs))('%s', (name) => {
    for (const text of [inputs[name]!, `---\nrunbook: 1\n---\n\n# A\n\n${inputs[name]}`]) {
      const { ms } = timed(() => parseRunbook('x.md', text, schemas));
      expect(ms, name).toBeLessThan(bound);
    }
  });
});

test.each([
  ['x', 10_000_000],
  ['"', 2_000_000],
  ['|', 500_000],
  ['a[ ', 300_000],
  ['$a ', 300_000],
])('a command of one line of many %j neither exhausts the stack nor takes for ever', (mark, length) => {
  const line = mark.repeat(length / mark.length);
  const text = `---\nrunbook: 1\n---\n\n# B\n\n\`\`\`sh\necho ${line}\n\`\`\`\n`;
  const { result, ms } = timed(() => parseRunbook('x.md', text, schemas));
  expect(result.runbook.steps).toHaveLength(1);
  expect(ms).toBeLessThan(bound);
});

/** A small generator with a seed, so that a failure can be had again. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const valid = `---\nrunbook: 1\ntitle: Shop\nparameters:\n  TO: {type: linkerd-version, default: 2.14.10, range: ">=2.12"}\n  WAY: {type: choice, choices: [cli, helm]}\nrequires: {kubectl: ">=1.24"}\n---\n\n# Shop\n\nWords.\n\n## Change it\n\n\`\`\`sh preview codes=0,1\nkubectl diff -f "$TO.yaml"\n\`\`\`\n\n\`\`\`sh change timeout=5m namespace="a"\nkubectl apply -f "\${TO:-x}.yaml" <<'EOF'\n$NOT\nEOF\n\`\`\`\n\n### If it fails\n\n- [Wait](#wait)\n\n## Choose a way\n\n- [Wait](#wait)\n\n## Wait\n\n\`\`\`yaml when\nWAY: [cli]\n\`\`\`\n\n\`\`\`yaml wait\nfor: 5m\ncommand: kubectl get pods\n\`\`\`\n`;

const alphabet = [
  '`',
  '```',
  '~~~',
  '\n',
  '\r',
  '\t',
  '"',
  "'",
  '$',
  '${',
  '$(',
  '((',
  '))',
  '}',
  '#',
  '- ',
  '> ',
  '---\n',
  '<!--',
  '<div>',
  '[',
  '](',
  ')',
  ': ',
  '{',
  ',',
  '\0',
  '\ufeff',
  '\ud800',
  '💥',
  '\u202e',
  'sh change',
  'yaml when\n',
  '\\',
  '=',
  '<<EOF\n',
  '    ',
];

test('random changes to a valid runbook never throw, and every place is in the file', () => {
  expect(parseRunbook('x.md', valid, schemas).diagnostics).toEqual([]);
  for (let seed = 1; seed <= 250; seed += 1) {
    const pick = random(seed);
    let text = valid;
    for (let times = 1 + pick(6); times > 0; times -= 1) {
      const at = pick(text.length);
      const removed = pick(3) === 0 ? pick(40) : 0;
      text =
        text.slice(0, at) +
        (pick(4) === 0 ? '' : alphabet[pick(alphabet.length)]!) +
        text.slice(at + removed);
    }
    const { runbook, diagnostics } = parseRunbook('x.md', text, schemas);
    expect(new Set(runbook.steps.map(({ id }) => id)).size, `seed ${seed}`).toBe(runbook.steps.length);
    for (const diagnostic of diagnostics) {
      const { place } = diagnostic;
      expect(place.offset, `seed ${seed}`).toBeLessThanOrEqual(place.endOffset);
      expect(place.endOffset).toBeLessThanOrEqual(text.length);
      expect(place.line).toBeGreaterThanOrEqual(1);
      expect(text.split(/\r\n|\n|\r/).length).toBeGreaterThanOrEqual(place.endLine);
      expect(formatDiagnostic(diagnostic, text)).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
    }
  }
});

test('random bytes never throw', () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const pick = random(seed);
    const bytes = Buffer.from(Array.from({ length: pick(2_000) }, () => pick(256)));
    const text = Array.from({ length: pick(300) }, () => alphabet[pick(alphabet.length)]!).join('');
    for (const input of [bytes.toString('utf8'), bytes.toString('latin1'), text]) {
      parseRunbook('x.md', input, schemas);
      scanVariables(input);
    }
  }
});

test.each(['\u202e', '\u200b', '\u2066', '\u009b', '\x1b', '\u00ad'])(
  'a command with %j in it shows it by its name',
  (character) => {
    const name = `<U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}>`;
    const text = `# B\n\n\`\`\`sh\necho a${character}b\n\`\`\`\n`;
    const lenient = parseRunbook('x.md', text, schemas);
    expect(lenient.diagnostics.map(({ rule, severity }) => [rule, severity])).toContainEqual([
      'hidden-characters',
      'warning',
    ]);
    expect(outline(lenient.runbook).join('\n')).toContain(`echo a${name}b`);
    const { diagnostics } = parseRunbook('x.md', `---\nrunbook: 1\n---\n\n${text}`, schemas);
    expect(diagnostics.map(({ rule, severity }) => [rule, severity])).toContainEqual([
      'hidden-characters',
      'error',
    ]);
  },
);
