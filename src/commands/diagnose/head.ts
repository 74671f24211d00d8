/** The head of what is told of a cluster: which it is, what runs there, and when it was looked at. */
import type { Snapshot } from '../../diagnosis/snapshot.ts';
import { code } from '../../state/markdown-text.ts';
import { type Line, span } from '../../terminal/line.ts';
import { meshText, type SeenControlPlanes } from './mesh.ts';
import { type Sheet, wrapped } from './sheet.ts';

/** What every report has of the cluster that it is about. */
export interface Headed {
  readonly snapshot: Pick<Snapshot, 'cluster' | 'takenAt'>;
  readonly controlPlanes: SeenControlPlanes;
}

/** `between`: labels and texts that only this report has. */
export function headLines(
  { snapshot: { cluster, takenAt }, controlPlanes }: Headed,
  sheet: Sheet,
  between: readonly (readonly [label: string, text: string])[] = [],
): Line[] {
  const mesh = meshText(controlPlanes);
  const practice = cluster.practice && cluster.name !== 'practice' ? ' (practice)' : '';
  return [
    ...labelled('Cluster', `${cluster.name}${practice}`, sheet),
    ...(mesh === undefined ? [] : labelled('Linkerd', mesh, sheet)),
    ...between.flatMap(([label, text]) => labelled(label, text, sheet)),
    ...labelled('Looked at', timeText(takenAt), sheet),
  ];
}

/** The server and the time, as one line of Markdown. */
export function headMarkdown({ cluster, takenAt }: Headed['snapshot']): string {
  const practice = cluster.practice ? ' (a practice cluster)' : '';
  return `${code(cluster.server)}${practice}, ${timeText(takenAt)}`;
}

/** `2026-03-01 10:00:00 UTC`, of a time as JSON has it. */
const timeText = (at: string): string => at.replace('T', ' ').replace(/(?:\.\d+)?Z$/, ' UTC');

const LABEL = 11;

const labelled = (label: string, text: string, sheet: Sheet): Line[] =>
  wrapped(text, sheet, LABEL).map((part, index) => [
    span((index === 0 ? label : '').padEnd(LABEL), 'quiet'),
    span(part),
  ]);
