/** What the step that failed printed, for detectors that read a cause off it. */
import { text } from '../../rollout/json.ts';
import type { Evidence } from '../finding.ts';
import type { View } from '../view.ts';

/** The lines of the failed step: what it printed, and what is said of its end. None without a walk. */
export function linesSaid({ snapshot }: Pick<View, 'snapshot'>): readonly string[] {
  const step = snapshot.walk?.step;
  return step === undefined ? [] : [...step.output, ...step.detail.split('\n')].map(text);
}

/** The longest line that a finding repeats. */
const LONGEST = 300;

/** A line of the output as evidence; `ref` is the title of the step. */
export function saidIn({ snapshot }: Pick<View, 'snapshot'>, line: string): Evidence {
  const value = line.trim();
  return {
    kind: 'output',
    ref: text(snapshot.walk?.step?.title) || 'the step',
    value: value.length > LONGEST ? `${value.slice(0, LONGEST - 1)}…` : value,
  };
}
