/** `handrail explain`: the page of a finding or of a pitfall, laid out for a terminal and as it is written for a pipe. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { closest, distance } from 'fastest-levenshtein';
import type { Layer } from '../diagnosis/finding.ts';
import { findingKinds } from '../diagnosis/kinds.ts';
import { findFrontMatter } from '../runbook/find-front-matter.ts';
import { exitCodes } from '../state/exit-codes.ts';
import { EMPTY_LINE, type Line, span } from '../terminal/line.ts';
import { packageRoot } from './package-root.ts';
import { printedSheet } from './painted.ts';
import type { ScreenOptions } from './stage.ts';
import { columnLines } from './survey/columns.ts';
import { OperatorError } from './trouble.ts';

/** Wider lines are hard to read. */
const WIDEST = 100;

/** Prints the page of `name`, or without one what there is to be looked for. Throws an OperatorError for a name of nothing. */
export async function explain(name: string | undefined, options: ScreenOptions): Promise<number> {
  const { stdout } = process;
  if (name === undefined) {
    stdout.write(await printedSheet(options, ({ width, glyphs }) => listLines(width, glyphs.cut)));
    return exitCodes.done.code;
  }
  const page = readFileSync(pageOf(name), 'utf8');
  if (!stdout.isTTY) {
    stdout.write(page);
    return exitCodes.done.code;
  }
  const [{ parseMarkdown }, { layoutMarkdown }] = await Promise.all([
    import('../runbook/markdown.ts'),
    import('../screens/markdown/layout-markdown.ts'),
  ]);
  const source = page.slice(findFrontMatter(page)?.end ?? 0);
  const nodes = parseMarkdown(source).children;
  stdout.write(
    await printedSheet(options, ({ width = WIDEST, glyphs }) =>
      layoutMarkdown(nodes, Math.min(width, WIDEST), { glyphs, source }),
    ),
  );
  return exitCodes.done.code;
}

const findings = () => join(packageRoot(), 'docs', 'findings');
const pitfalls = () => join(packageRoot(), 'runbooks', 'pitfalls');

/** The file of a finding's code, or else of a pitfall's name. */
function pageOf(name: string): string {
  const plain = name.replace(/\.md$/, '');
  const pitfall = plain.replace(/^pitfalls\//, '');
  const known = /^[a-z0-9-]+$/.test(pitfall);
  const places = [join(findings(), `${plain}.md`), join(pitfalls(), `${pitfall}.md`)];
  const found = known ? places.find((file) => existsSync(file)) : undefined;
  if (found !== undefined) return found;
  const near = nearest(pitfall, explainableNames());
  throw new OperatorError(`There is no finding or pitfall ${JSON.stringify(name)}.`, {
    fix: near === undefined ? 'handrail explain lists them all.' : `Did you mean: handrail explain ${near}`,
  });
}

function nearest(name: string, names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  const near = closest(name, names);
  return distance(name, near) <= Math.max(2, name.length / 4) ? near : undefined;
}

/** Every name that has a page. */
export const explainableNames = (): readonly string[] => [...namesIn(findings()), ...namesIn(pitfalls())];

const namesIn = (folder: string): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((file) => file.endsWith('.md'))
        .map((file) => file.slice(0, -'.md'.length))
    : [];

const layers: Readonly<Record<Layer, string>> = {
  tool: 'Tools',
  cluster: 'Cluster',
  'control-plane': 'Control plane',
  extension: 'Extensions',
  'data-plane': 'Data plane',
};

/** Every code with its title, layer by layer. */
function listLines(width: number | undefined, mark: string): readonly Line[] {
  const kinds = Object.entries(findingKinds());
  const lines = (Object.keys(layers) as Layer[]).flatMap((layer) => {
    const rows = kinds
      .filter(([, kind]) => kind.layer === layer)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([code, { severity, title }]) => [span(code), span(severity, 'quiet'), span(title)]);
    if (rows.length === 0) return [];
    const columns = [{ title: 'FINDING' }, { title: 'SEVERITY' }, { title: '', atLeast: 20 }];
    const heading: Line = [span(layers[layer], 'heading')];
    return [EMPTY_LINE, heading, ...columnLines(columns, rows, { width, mark })];
  });
  return lines.slice(1);
}
