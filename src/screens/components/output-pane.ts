import type { Glyphs } from '../../terminal/glyphs.ts';
import type { Line, Span } from '../../terminal/line.ts';
import { cutLine, dropLine, fitHeight, lineWidth, span, spreadLine } from '../../terminal/line.ts';
import { expandTabs } from '../../terminal/text.ts';

/** Lines of an output as the reader of output files gives them. */
export interface OutputLines {
  /** How many lines there are in all. */
  readonly total: number;
  /** The index of the first of `lines`, from 0. */
  readonly first: number;
  readonly lines: readonly string[];
}

export interface OutputView {
  readonly output: OutputLines;
  readonly width: number;
  /** With the status line at the end. */
  readonly height: number;
  /** The view stays at the end while output comes. */
  readonly following?: boolean;
  /** The command still runs. */
  readonly running?: boolean;
  /** Columns scrolled to the right. */
  readonly left?: number;
  /** Text that is highlighted, without regard to case. */
  readonly search?: string;
  /** The index of the line where the search stands. */
  readonly match?: number;
  /** Said where there is no output, and why; an empty text while the first of it is still being read. */
  readonly none?: string;
  /** Lines that may be passed over. */
  readonly quiet?: (text: string) => boolean;
  /** More for the status line, e.g. why a search found nothing. */
  readonly remark?: string;
}

/** How many lines of output a pane of this height shows. */
function outputRows(height: number): number {
  return Math.max(0, height - 1);
}

/** A window into the output of a command in exactly `height` lines, the last of which tells where the window is. */
export function layoutOutput(props: OutputView, glyphs: Glyphs): readonly Line[] {
  const { output, width, height, left = 0, search = '', match, quiet } = props;
  const lines = output.lines
    .slice(0, outputRows(height))
    .map((text, row) =>
      window(
        search === '' && quiet?.(text)
          ? [span(expandTabs(text), 'quiet')]
          : highlight(expandTabs(text), search, output.first + row === match),
        left,
        width,
        glyphs,
      ),
    );
  return [...fitHeight(lines, outputRows(height)), statusLine(props, lines.length, glyphs)];
}

/** The part of a long line that is in view, with a mark at every end where something is not. */
function window(of: Line, left: number, width: number, glyphs: Glyphs): Line {
  if (left <= 0) return cutLine(of, width, glyphs.more);
  if (lineWidth(of) <= left) return lineWidth(of) === 0 ? of : [{ text: glyphs.cut, style: 'quiet' }];
  return cutLine([{ text: glyphs.cut, style: 'quiet' }, ...dropLine(of, left + 1)], width, glyphs.more);
}

/** The line with every occurrence of the text marked. */
function highlight(text: string, search: string, isMatch: boolean): Line {
  if (search === '') return [span(text)];
  const spans: Span[] = [];
  const haystack = text.toLowerCase();
  const needle = search.toLowerCase();
  // Where lower case has another length than the text itself, offsets would not fit.
  if (haystack.length !== text.length) return [span(text, isMatch ? 'match' : 'plain')];
  let at = 0;
  for (let next = haystack.indexOf(needle); next >= 0; next = haystack.indexOf(needle, at)) {
    if (next > at) spans.push(span(text.slice(at, next)));
    spans.push(span(text.slice(next, next + needle.length), isMatch ? 'currentMatch' : 'match'));
    at = next + needle.length;
  }
  if (at < text.length) spans.push(span(text.slice(at)));
  return spans;
}

function statusLine(props: OutputView, shown: number, glyphs: Glyphs): Line {
  const { output, width, following, running, left = 0, remark } = props;
  const where =
    output.total === 0
      ? (props.none ?? (running ? 'no output yet' : 'no output'))
      : `line ${count(output.first + 1)}-${count(output.first + shown)} of ${count(output.total)}`;
  const parts = [
    where,
    ...(left > 0 ? [`column ${left + 1}`] : []),
    ...(running && output.total > 0 ? [progress(after(output, shown), following)] : []),
  ];
  const right = remark === undefined ? [] : [span(remark, 'warning')];
  return spreadLine([span(` ${parts.join(', ')}`, 'quiet')], right, width, glyphs.cut);
}

function progress(below: number, following: boolean | undefined): string {
  if (following) return 'following';
  return below > 0 ? `running, ${count(below)} below` : 'running';
}

function after(output: OutputLines, shown: number): number {
  return Math.max(0, output.total - output.first - shown);
}

/** `98112` as `98,112`, whatever the locale. */
export function count(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}
