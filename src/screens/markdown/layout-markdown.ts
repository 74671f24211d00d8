/** Markdown as lines of a screen. Pure; every node gives lines, and what is not known is shown as it was written. */
import type { List, ListItem, RootContent } from 'mdast';
import type { Glyphs } from '../../terminal/glyphs.ts';
import { UNICODE } from '../../terminal/glyphs.ts';
import type { Line, Span } from '../../terminal/line.ts';
import { EMPTY_LINE, line, lineWidth, span } from '../../terminal/line.ts';
import { expandTabs } from '../../terminal/text.ts';
import { inlineSpans, wrapSpans } from './inline.ts';
import { layoutTable } from './layout-table.ts';
import type { SourceOf } from './source.ts';
import { sourceIn } from './source.ts';

export interface MarkdownOptions {
  readonly glyphs?: Glyphs;
  /** The text the nodes were parsed from, and its offset in the file: for what has no form of its own here. */
  readonly source?: string;
  readonly sourceOffset?: number;
}

interface Context {
  readonly glyphs: Glyphs;
  readonly source: SourceOf;
}

/** The nodes as lines of at most `width` columns, except code, which keeps its lines: they are cut when they are drawn. */
export function layoutMarkdown(
  nodes: readonly RootContent[],
  width: number,
  options: MarkdownOptions = {},
): readonly Line[] {
  const context: Context = {
    glyphs: options.glyphs ?? UNICODE,
    source: sourceIn(options.source, options.sourceOffset),
  };
  return blocks(nodes, Math.max(1, width), context);
}

/** Blocks with an empty line between them. */
function blocks(nodes: readonly RootContent[], width: number, context: Context): Line[] {
  const out: Line[] = [];
  for (const node of nodes) {
    const lines = block(node, width, context);
    if (lines.length === 0) continue;
    if (out.length > 0) out.push(EMPTY_LINE);
    out.push(...lines);
  }
  return out;
}

function block(node: RootContent, width: number, context: Context): Line[] {
  const { glyphs, source } = context;
  switch (node.type) {
    case 'heading':
      return wrapSpans(inlineSpans(node.children, source, 'heading'), width);
    case 'paragraph':
      return wrapSpans(inlineSpans(node.children, source), width);
    case 'list':
      return list(node, width, context);
    case 'code':
      return codeLines(node.value);
    case 'blockquote':
      return indented(blocks(node.children, width - 2, context), [span(`${glyphs.quote} `, 'quiet')]);
    case 'thematicBreak':
      return [line(glyphs.rule.repeat(width), 'rule')];
    case 'table':
      return layoutTable(node, width, glyphs, source);
    case 'definition':
      return wrapSpans([span(`[${node.label ?? node.identifier}]: ${node.url}`, 'quiet')], width);
    // The front matter is for the program; comments are for authors.
    case 'yaml':
      return [];
    case 'html':
      return /^<!--[\s\S]*-->$/.test(node.value.trim()) ? [] : codeLines(node.value, 'quiet');
    default:
      return codeLines(source(node), 'quiet');
  }
}

function codeLines(text: string, style: 'code' | 'quiet' = 'code'): Line[] {
  return text.split('\n').map((row) => [span('  '), span(expandTabs(row), style)]);
}

function list(node: List, width: number, context: Context): Line[] {
  const first = node.start ?? 1;
  const numberWidth = String(first + node.children.length - 1).length;
  return node.children.flatMap((item, index) => {
    const label = node.ordered
      ? `${String(first + index).padStart(numberWidth)}. `
      : `${context.glyphs.bullet} `;
    const lines = listItem(item, label, width, context);
    return node.spread && index > 0 ? [EMPTY_LINE, ...lines] : lines;
  });
}

function listItem(item: ListItem, label: string, width: number, context: Context): Line[] {
  const box = item.checked == null ? '' : item.checked ? '[x] ' : '[ ] ';
  const head = `${label}${box}`;
  const content = item.spread
    ? blocks(item.children, width - head.length, context)
    : item.children.flatMap((child) => block(child, width - head.length, context));
  return indented(
    content.length > 0 ? content : [EMPTY_LINE],
    [span(' '.repeat(head.length))],
    [span(head, 'quiet')],
  );
}

/** Lines behind a margin; the first may have another one. */
function indented(lines: readonly Line[], margin: readonly Span[], first = margin): Line[] {
  return lines.map((each, index) =>
    lineWidth(each) === 0 && index > 0 && margin[0]?.text.trim() === ''
      ? EMPTY_LINE
      : [...(index === 0 ? first : margin), ...each],
  );
}
