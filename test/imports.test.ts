/** Who may know what: imports point down the layout's order only, and React stays where screens are drawn. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const src = resolve(import.meta.dirname, '../src');

// From the top down: a room may import every room below its own line, and none beside it.
const order: readonly (readonly string[])[] = [
  ['bin.ts'],
  ['cli.ts'],
  ['commands'],
  ['screens'],
  ['steps'],
  ['state'],
  ['cluster', 'shell', 'terminal'],
  ['diagnosis'],
  ['data-plane'],
  ['rollout'],
  ['linkerd'],
  ['runbook'],
];
const below = (of: string): readonly string[] =>
  order.slice(order.findIndex((line) => line.includes(of)) + 1).flat();

const mayImport: Record<string, readonly string[]> = {
  ...Object.fromEntries(order.flat().map((of) => [of, below(of)])),
  commands: [...below('commands'), 'practice'],
  practice: ['cluster', 'shell', 'terminal', ...below('terminal')],
  'cli.ts': ['commands', 'state'],
  'bin.ts': ['cli.ts', 'commands'],
};

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file));
const specifiers = (text: string) =>
  [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1]!);
const room = (file: string) => file.split('/')[0]!;

test('imports point down the order of the rooms', () => {
  const wrong = files.flatMap((file) =>
    specifiers(readFileSync(join(src, file), 'utf8'))
      .filter((name) => name.startsWith('.'))
      .map((name) => relative(src, resolve(src, dirname(file), name)))
      .filter((target) => room(target) !== room(file) && !mayImport[room(file)]?.includes(room(target)))
      .map((target) => `${file} imports ${target}`),
  );
  expect(wrong).toEqual([]);
});

test('React and Ink are imported only where screens are drawn', () => {
  const wrong = files
    .filter((file) => !file.startsWith('screens/') && !/^steps\/[^/]+\/panel\.tsx$/.test(file))
    .filter((file) =>
      specifiers(readFileSync(join(src, file), 'utf8')).some((name) => /^(react|ink)\b/.test(name)),
    );
  expect(wrong).toEqual([]);
});

test('only the rooms that may start processes do', () => {
  const wrong = files
    .filter((file) => !['shell', 'practice'].includes(room(file)))
    .filter((file) =>
      specifiers(readFileSync(join(src, file), 'utf8')).some((name) =>
        /^(node:)?child_process$|^execa$/.test(name),
      ),
    );
  expect(wrong).toEqual([]);
});

test('the Kubernetes client is loaded by the cluster room alone, and never before it is needed', () => {
  const importers = files.filter((file) =>
    readFileSync(join(src, file), 'utf8').includes("'@kubernetes/client-node'"),
  );
  expect(importers.filter((file) => room(file) !== 'cluster')).toEqual([]);
  const eager = importers.filter((file) =>
    /^import (?!type)[^;]*'@kubernetes\/client-node'/m.test(readFileSync(join(src, file), 'utf8')),
  );
  expect(eager).toEqual([]);
});

test('no file imports itself by way of others, not even for a type', () => {
  const known = new Set(files);
  const importsOf = (file: string) =>
    specifiers(readFileSync(join(src, file), 'utf8'))
      .filter((name) => name.startsWith('.'))
      .map((name) => relative(src, resolve(src, dirname(file), name)))
      .filter((target) => known.has(target));
  const circles: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) {
      circles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
      return;
    }
    if (done.has(file)) return;
    for (const target of importsOf(file)) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  expect(circles).toEqual([]);
});

test('trap: the Kubernetes client is of the line that starts on Node 20', async () => {
  const { devDependencies } = JSON.parse(readFileSync(resolve(src, '../package.json'), 'utf8'));
  expect(devDependencies['@kubernetes/client-node']).toMatch(/^1\./);
  expect(new (await import('@kubernetes/client-node')).KubeConfig()).toBeDefined();
});

test('trap: informers of the Kubernetes client, which stop at the first reset, are used nowhere', () => {
  const users = files.filter((file) =>
    /\b(?:makeInformer|ListWatch|new Watch)\b/.test(readFileSync(join(src, file), 'utf8')),
  );
  expect(users).toEqual([]);
});

test('trap: Markdown directives, whose mistakes make a gate disappear, are not part of the format', () => {
  const parsers = files.flatMap((file) => specifiers(readFileSync(join(src, file), 'utf8')));
  expect(parsers.filter((name) => name.includes('directive'))).toEqual([]);
});
