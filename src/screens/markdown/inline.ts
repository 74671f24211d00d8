/** Runs of text inside a paragraph: from the syntax tree to words with a style, and from words to lines. */
import type { PhrasingContent } from 'mdast';
import type { Line, Span, StyleName } from '../../terminal/line.ts';
import { span } from '../../terminal/line.ts';
import { displayWidth, takeColumns } from '../../terminal/text.ts';
import type { SourceOf } from './source.ts';

/** A line break that the author asked for. */
const BREAK = '\n';

/** The content as spans in order; a span whose text is a line break stands for one. */
export function inlineSpans(
  nodes: readonly PhrasingContent[],
  source: SourceOf,
  style: StyleName = 'plain',
): Span[] {
  return nodes.flatMap((node): Span[] => {
    switch (node.type) {
      case 'text':
        return [span(node.value, style)];
      case 'strong':
        return inlineSpans(node.children, source, 'strong');
      case 'emphasis':
      case 'delete':
        return inlineSpans(node.children, source, style === 'plain' ? 'emphasis' : style);
      case 'inlineCode':
        return [span(node.value, 'code')];
      case 'break':
        return [{ text: BREAK, style: 'plain' }];
      case 'link': {
        const label = inlineSpans(node.children, source, 'link');
        const text = label.map((part) => part.text).join('');
        // An address that is its own label is not said twice.
        return text === node.url || `mailto:${text}` === node.url
          ? label
          : [...label, span(` (${node.url})`, 'quiet')];
      }
      case 'image':
        return [span(`[image: ${node.alt ?? ''}] (${node.url})`, 'quiet')];
      default:
        // What is not known is shown as it was written.
        return [span(source(node), style)];
    }
  });
}

/** Breaks spans into lines of at most `width` columns, between words where that is possible. Runs of white space become one space. */
export function wrapSpans(spans: readonly Span[], width: number): Line[] {
  const columns = Math.max(1, width);
  const lines: Span[][] = [[]];
  let used = 0;
  let space: Span | undefined;
  const newLine = (): void => {
    lines.push([]);
    used = 0;
    space = undefined;
  };
  const add = (part: Span): void => {
    lines.at(-1)?.push(part);
    used += displayWidth(part.text);
  };

  for (const word of words(spans)) {
    if (word.kind === 'break') {
      newLine();
      continue;
    }
    if (word.kind === 'space') {
      if (used > 0) space = word.span;
      continue;
    }
    const wide = word.parts.reduce((sum, part) => sum + displayWidth(part.text), 0);
    if (used > 0 && used + (space ? 1 : 0) + wide > columns) newLine();
    if (space && used > 0) add(space);
    space = undefined;
    for (const part of word.parts) {
      let rest = part.text;
      while (rest !== '') {
        const piece = takeColumns(rest, columns - used) || (used === 0 ? rest : '');
        if (piece !== '') add({ text: piece, style: part.style });
        rest = rest.slice(piece.length);
        if (rest !== '') newLine();
      }
    }
  }
  return lines.map(joinSpans);
}

type Word =
  | { readonly kind: 'word'; readonly parts: readonly Span[] }
  | { readonly kind: 'space'; readonly span: Span }
  | { readonly kind: 'break' };

/** Words, which may change style in their middle (`un**do**ne`), and the spaces between them. */
function words(spans: readonly Span[]): Word[] {
  const out: Word[] = [];
  let parts: Span[] = [];
  const flush = (): void => {
    if (parts.length > 0) out.push({ kind: 'word', parts });
    parts = [];
  };
  for (const { text, style } of spans) {
    if (text === BREAK) {
      flush();
      out.push({ kind: 'break' });
      continue;
    }
    for (const piece of text.split(/(\s+)/)) {
      if (piece === '') continue;
      if (/^\s/.test(piece)) {
        flush();
        out.push({ kind: 'space', span: { text: ' ', style } });
      } else parts.push({ text: piece, style });
    }
  }
  flush();
  return out;
}

/** Neighbours of one style become one span. */
function joinSpans(spans: readonly Span[]): Line {
  const out: Span[] = [];
  for (const part of spans) {
    const last = out.at(-1);
    if (last?.style === part.style) out[out.length - 1] = { text: last.text + part.text, style: part.style };
    else out.push(part);
  }
  return out;
}
