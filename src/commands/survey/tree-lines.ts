/** The survey as a tree: namespace, workload, version. */
import { counted, workloadName } from '../../data-plane/words.ts';
import { type Line, type Span, span } from '../../terminal/line.ts';
import { displayWidth, padEnd, truncate } from '../../terminal/text.ts';
import type { Sheet } from './header-lines.ts';
import {
  type Entry,
  isBehind,
  notesOf,
  STANDING_STYLES,
  STANDING_WORDS,
  standingMark,
  versionWords,
} from './view.ts';

interface Branches {
  readonly fork: string;
  readonly last: string;
  readonly pass: string;
  readonly none: string;
}

const UNICODE: Branches = { fork: '├─ ', last: '└─ ', pass: '│  ', none: '   ' };
const ASCII: Branches = { fork: '|- ', last: '`- ', pass: '|  ', none: '   ' };

export function treeLines(entries: readonly Entry[], sheet: Sheet & { readonly ascii: boolean }): Line[] {
  const branches = sheet.ascii ? ASCII : UNICODE;
  return groups(entries, (entry) => entry.namespace).flatMap(([namespace, members]) => {
    const pods = members.reduce((sum, entry) => sum + entry.pods, 0);
    const behind = members.filter(isBehind).reduce((sum, entry) => sum + entry.pods, 0);
    const count = `${counted(pods, 'pod')}${behind === 0 ? '' : `, ${behind} behind`}`;
    const workloads = groups(members, workloadName);
    const widest = Math.max(...workloads.map(([name]) => displayWidth(name)));
    // A third of the line is enough for a name, so that the version beside it is seen.
    const room =
      sheet.width === undefined ? widest : Math.min(widest, Math.max(12, Math.floor(sheet.width / 3)));
    return [
      [span(namespace, 'strong'), span(`  ${count}`, 'quiet')],
      ...workloads.flatMap(([name, versions], index) => {
        const last = index === workloads.length - 1;
        const stem = span(last ? branches.last : branches.fork, 'rule');
        const title = span(padEnd(name, room, sheet.glyphs.cut));
        const [only] = versions;
        if (versions.length === 1 && only !== undefined) {
          return [cutLine([stem, title, ...entrySpans(only, sheet)], sheet)];
        }
        const below = span(last ? branches.none : branches.pass, 'rule');
        return [
          [stem, title],
          ...versions.map((entry, place) =>
            cutLine(
              [
                below,
                span(place === versions.length - 1 ? branches.last : branches.fork, 'rule'),
                span(' '.repeat(Math.max(0, room - 3))),
                ...entrySpans(entry, sheet),
              ],
              sheet,
            ),
          ),
        ];
      }),
    ];
  });
}

function entrySpans(entry: Entry, { glyphs }: Sheet): Span[] {
  const notes = notesOf(entry);
  return [
    span(`${String(entry.pods).padStart(5)}  `),
    span(versionWords(entry.version)),
    span(
      `  ${standingMark(entry.standing, glyphs)} ${STANDING_WORDS[entry.standing]}`,
      STANDING_STYLES[entry.standing],
    ),
    span(notes === '' ? '' : `  ${notes}`, 'quiet'),
  ];
}

/** The line in the width of the sheet; what goes beyond it ends in a mark. */
function cutLine(line: Line, { width, glyphs }: Sheet): Line {
  if (width === undefined) return line;
  const kept: Span[] = [];
  let left = width;
  for (const each of line) {
    const text = truncate(each.text, left, glyphs.cut);
    if (text !== '') kept.push({ text, style: each.style });
    if (text !== each.text) break;
    left -= displayWidth(text);
  }
  return kept;
}

/** The groups in the order of their first member. */
function groups(entries: readonly Entry[], by: (entry: Entry) => string): [string, Entry[]][] {
  const found = new Map<string, Entry[]>();
  for (const entry of entries) {
    const name = by(entry);
    const members = found.get(name);
    if (members === undefined) found.set(name, [entry]);
    else members.push(entry);
  }
  return [...found];
}
