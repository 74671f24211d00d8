import type { RootContent } from 'mdast';
import type { SourceText } from './source-text.ts';

/** A document cut at headings and fences: all that the format reads. Offsets are into the file. */
export type Block = HeadingBlock | CodeBlock | ProseBlock;

/** A heading; `depth` is 1 to 6. */
export interface HeadingBlock {
  readonly type: 'heading';
  readonly depth: number;
  readonly title: string;
  readonly start: number;
  readonly end: number;
}

/** Code, fenced or indented; `value` is what stands between the fences, without the indentation around it. */
export interface CodeBlock {
  readonly type: 'code';
  readonly value: string;
  readonly start: number;
  readonly end: number;
  /** Undefined for code that is marked by indentation only. */
  readonly fence: FenceLine | undefined;
  /** Where an offset into `value` is in the file. */
  readonly offsetOf: (valueOffset: number) => number;
}

/** The opening line of a fence. */
export interface FenceLine {
  readonly mark: string;
  /** Where the info string begins; `info` is as written. */
  readonly infoStart: number;
  readonly info: string;
  readonly closed: boolean;
}

/** A link of the text; `title` is its words. */
export interface LinkRef {
  readonly title: string;
  readonly href: string;
  readonly start: number;
  readonly end: number;
}

/** Everything between headings and code. */
export interface ProseBlock {
  readonly type: 'prose';
  readonly nodes: readonly RootContent[];
  readonly start: number;
  readonly end: number;
  readonly links: readonly LinkRef[];
  /** For a list: one entry for each item, with the first link in it. */
  readonly items: readonly { readonly start: number; readonly end: number; readonly link?: LinkRef }[];
}

const fenceLine = /^(`{3,}|~{3,})[ \t]*([^\r\n]*)/;

/** A code block from its stretch of the file and what it holds. */
export function codeBlock(source: SourceText, start: number, end: number, value: string): CodeBlock {
  const raw = source.text.slice(start, end);
  const opening = fenceLine.exec(raw);
  const rawLines = [...raw.matchAll(/[^\r\n]*(?:\r\n|\n|\r|$)/g)];
  const lines = value.split('\n');
  const skipped = opening ? 1 : 0;
  const starts = [0];
  for (const line of lines) starts.push(starts.at(-1)! + line.length + 1);
  const offsetOf = (valueOffset: number) => {
    // Asked for once for each variable of a script that may have a million: the line is found by halving.
    const wanted = Math.max(0, valueOffset);
    let line = 0;
    for (let high = lines.length - 1; line < high; ) {
      const middle = (line + high + 1) >> 1;
      if (starts[middle]! <= wanted) line = middle;
      else high = middle - 1;
    }
    const rawLine = rawLines[line + skipped];
    if (!rawLine) return end;
    let length = rawLine[0].length;
    while (length > 0 && '\r\n'.includes(rawLine[0][length - 1]!)) length -= 1;
    const indent = Math.max(0, length - lines[line]!.length);
    return start + rawLine.index + Math.min(length, indent + wanted - starts[line]!);
  };
  return {
    type: 'code',
    value,
    start,
    end,
    fence: opening ? fence(opening, raw, start) : undefined,
    offsetOf,
  };
}

function fence(opening: RegExpExecArray, raw: string, start: number): FenceLine {
  const mark = opening[1]!;
  const written = opening[2]!.trimEnd();
  const trimmed = raw.trimEnd();
  const lastLine = Math.max(trimmed.lastIndexOf('\n'), trimmed.lastIndexOf('\r')) + 1;
  const last = lastLine > 0 ? trimmed.slice(lastLine) : '';
  // Inside quotes and lists the closing line still has its container's marks.
  const closing = last.replace(/^[\s>]+/, '');
  const closed = closing.length >= mark.length && closing === mark[0]!.repeat(closing.length);
  return { mark, infoStart: start + opening[0].length - opening[2]!.length, info: written, closed };
}
