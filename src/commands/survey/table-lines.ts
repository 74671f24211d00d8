/** The survey as a table: a line for each workload and version. */
import { workloadName } from '../../data-plane/words.ts';
import { type Line, span } from '../../terminal/line.ts';
import { columnLines } from './columns.ts';
import type { Sheet } from './header-lines.ts';
import { type Entry, notesOf, STANDING_STYLES, STANDING_WORDS, standingMark, versionWords } from './view.ts';

const COLUMNS = [
  { title: 'NAMESPACE', atLeast: 5, middle: true },
  { title: 'WORKLOAD', atLeast: 12, comfort: 18, middle: true },
  { title: 'PODS', right: true },
  { title: 'PROXY', atLeast: 15 },
  { title: 'SKEW' },
  { title: 'NOTES', atLeast: 12, optional: true },
];

export function tableLines(entries: readonly Entry[], { width, glyphs }: Sheet): Line[] {
  if (entries.length === 0) return [];
  const rows = entries.map((entry) => [
    span(entry.namespace),
    span(workloadName(entry)),
    span(String(entry.pods)),
    span(versionWords(entry.version)),
    span(
      `${standingMark(entry.standing, glyphs)} ${STANDING_WORDS[entry.standing]}`,
      STANDING_STYLES[entry.standing],
    ),
    span(notesOf(entry), 'quiet'),
  ]);
  return columnLines(COLUMNS, rows, { width, mark: glyphs.cut });
}
