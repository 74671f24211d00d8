/** What a plan shows: its hops, and under each what it demands. */
import { actionIn } from '../../state/session.ts';
import { line, type StyleName, span } from '../../terminal/line.ts';
import { wrap } from '../../terminal/text.ts';
import type { PanelProps, PanelRow, PanelView } from '../panel.ts';
import type { Planned } from './kind.ts';
import { type PlanLine, pathText, planLines } from './words.ts';

/** Undefined until the plan is made. */
export function planPanel({ walk, at, width }: PanelProps): PanelView | undefined {
  const state = actionIn(walk.session, at);
  const planned = plannedIn(state?.notes.at(-1)?.data);
  if (!planned) return undefined;
  // When the action has ended, its own sentence stands above the panel and says the same.
  const summary = state?.ended === undefined ? wrap(pathText(planned.path), width) : [];
  return {
    top: summary.map((text) => line(text, 'strong')),
    rows: planLines(planned.path).flatMap((one) => rowsOf(one, width)),
    bottom: [],
  };
}

/** The data of a note where it is that; it was written by this program or an older one. */
const plannedIn = (data: unknown): Planned | undefined =>
  typeof data === 'object' && data !== null && (data as { type?: unknown }).type === 'path'
    ? (data as Planned)
    : undefined;

function rowsOf({ text, weight, hop }: PlanLine, width: number): readonly PanelRow[] {
  const indent = hop ? '' : '  ';
  const style: StyleName = hop ? 'heading' : styleOf(weight);
  return wrap(text, width - indent.length).map((part) => ({ line: [span(indent), span(part, style)] }));
}

function styleOf(weight: PlanLine['weight']): StyleName {
  switch (weight) {
    case 'block':
      return 'bad';
    case 'before':
      return 'warning';
    case 'after':
      return 'info';
    case 'know':
    case undefined:
      return 'quiet';
  }
}
