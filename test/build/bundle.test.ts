/** What the bundle holds and what loads when: `npm test` builds it first. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const meta = JSON.parse(readFileSync(join(root, 'dist/meta.json'), 'utf8')) as {
  outputs: Record<
    string,
    {
      entryPoint?: string;
      inputs: Record<string, unknown>;
      imports: { path: string; kind: string }[];
    }
  >;
};

const outputOf = (source: string) => {
  const found = Object.entries(meta.outputs).find(([, output]) => output.entryPoint === source);
  if (!found) throw new Error(`No output for ${source}`);
  return found[0];
};

/** Everything that is loaded when this output is, lazy imports left out. */
function loadedWith(output: string, seen = new Set<string>()): string[] {
  if (seen.has(output)) return [];
  seen.add(output);
  const { inputs, imports } = meta.outputs[output]!;
  return [
    ...Object.keys(inputs),
    ...imports
      .filter(({ kind, path }) => kind === 'import-statement' && meta.outputs[path])
      .flatMap(({ path }) => loadedWith(path, seen)),
  ];
}

const heavy = /node_modules\/(react|ink|ink-select-input|yoga-layout|@kubernetes)\//;

test.each([
  'src/bin.ts',
  'src/cli.ts',
  'src/commands/lint-command.ts',
  'src/commands/list.ts',
  'src/commands/completion.ts',
  'src/commands/sessions.ts',
])('%s loads neither React nor the Kubernetes client', (source) => {
  expect(loadedWith(outputOf(source)).filter((input) => heavy.test(input))).toEqual([]);
});

test('before the first frame of the home screen neither the parser nor the practice cluster is loaded', () => {
  const first = [
    ...loadedWith(outputOf('src/commands/home.ts')),
    ...loadedWith(outputOf('src/screens/run-app.tsx')),
  ];
  expect(
    first.filter((input) => /node_modules\/(zod|yaml|micromark)|src\/(practice|runbook\/parse)/.test(input)),
  ).toEqual([]);
});

test('the entry loads nothing but itself', () => {
  expect(loadedWith(outputOf('src/bin.ts'))).toEqual(['src/bin.ts']);
});

test('the screens do not load the Kubernetes client before it is needed', () => {
  expect(
    loadedWith(outputOf('src/commands/home.ts')).filter((input) => input.includes('@kubernetes')),
  ).toEqual([]);
});

test("React's development build, which measures every render into memory that is never freed, is not in the bundle", () => {
  const texts = readdirSync(join(root, 'dist'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.js'))
    .map((file) => readFileSync(join(root, 'dist', file), 'utf8'));
  expect(texts.filter((text) => text.includes('performance.measure'))).toEqual([]);
  expect(
    texts.filter((text) => text.includes('react-dom.development') || text.includes('react.development')),
  ).toEqual([]);
});
